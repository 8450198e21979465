"""A child process that is waited for, looked into, killed, and started again."""

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.services import reaper

START_SECONDS = 30
STOP_SECONDS = 15
LOOK_SECONDS = 0.02  # nothing tells that a port is open: between two looks we wait for what would be told, an end


class Process:
    """A child process and its log. `is_ready` says when it can be used."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        log: Path,
        is_ready: Callable[[], bool],
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        user: str | None = None,
    ) -> None:
        self.command = command
        self.log_path = log
        self.is_ready = is_ready
        self.options: dict[str, Any] = {"env": environment, "cwd": folder, "user": user}
        self.child: subprocess.Popen | None = None

    @property
    def log(self) -> str:
        """Return all that it has said, over every start."""
        return self.log_path.read_text() if self.log_path.exists() else ""

    @property
    def is_running(self) -> bool:
        return self.child is not None and self.child.poll() is None

    def launch(self) -> None:
        """Start it without waiting; `wait_until_ready` does."""
        with self.log_path.open("ab") as log:
            # A session of its own: Ctrl-C ends the tests, and the tests end it.
            self.child = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **self.options
            )
        reaper.watch("process", self.child.pid)

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self.is_ready():
            if self._ends_within(LOOK_SECONDS):
                raise RuntimeError(f"{self.command[0]} ended before it was ready:\n{self.log[-4000:]}")
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.command[0]} was not ready in {START_SECONDS} s:\n{self.log[-4000:]}")

    def _ends_within(self, seconds: float) -> bool:
        if self.child is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.child.wait(seconds)
        return not self.is_running

    def start(self) -> None:
        self.launch()
        self.wait_until_ready()

    def kill(self) -> None:
        """End it as a crash would (SIGKILL), its children too."""
        self._signal_group(signal.SIGKILL)
        self._bury()

    def pause(self) -> None:
        """Stop it in its tracks (SIGSTOP); `resume` lets it go on."""
        self._signal_group(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal_group(signal.SIGCONT)

    def terminate(self) -> int:
        """Ask it to stop (SIGTERM), wait until it has, and return its exit code."""
        if self.child is not None and self.is_running:
            self.child.terminate()
        return self._bury()

    async def terminates(self) -> int:
        """`terminate` while the event loop goes on."""
        return await asyncio.to_thread(self.terminate)

    async def starts(self) -> None:
        """`start` while the event loop goes on; the port and the data are the old ones."""
        await asyncio.to_thread(self.start)

    async def restarts(self) -> None:
        await self.terminates()
        await self.starts()

    def _signal_group(self, number: int) -> None:
        if self.child is not None and self.is_running:
            os.killpg(self.child.pid, number)

    def _bury(self) -> int:
        if self.child is None:
            return 0
        try:
            code = self.child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._signal_group(signal.SIGKILL)
            self.child.wait(STOP_SECONDS)
            raise
        finally:
            reaper.forget("process", self.child.pid)
        return code


def children(parent: int) -> set[int]:
    """Return the ids of the processes that this one has started and that are not dead."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has just ended
            state, its_parent = stat.read_text().rpartition(")")[2].split()[:2]
            if int(its_parent) == parent and state != "Z":
                found.add(int(stat.parent.name))
    return found


def command_of(id: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{id}/cmdline").read_text().replace("\0", " ")
    return ""
