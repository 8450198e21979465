"""A child process of a test: started, waited for, stopped, killed, and started again."""

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
LOOK_SECONDS = 0.02  # A port gives no notice when it opens; between checks the test waits for the process to end.


class Process:
    """A child process and its log. `is_ready` returns whether it can be used."""

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
        """Return all its output, over all starts."""
        return self.log_path.read_text() if self.log_path.exists() else ""

    @property
    def is_running(self) -> bool:
        return self.child is not None and self.child.poll() is None

    def launch(self) -> None:
        """Start it without waiting; `wait_until_ready` waits."""
        with self.log_path.open("ab") as log:
            # In a session of its own, so that Ctrl-C ends the tests, which then end the process in order.
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
        """Kill it and its children (SIGKILL), as in a crash."""
        self._signal_group(signal.SIGKILL)
        self._bury()

    def pause(self) -> None:
        """Suspend it (SIGSTOP); `resume` continues it."""
        self._signal_group(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal_group(signal.SIGCONT)

    def terminate(self) -> int:
        """Ask it to stop (SIGTERM), wait for that, and return its exit code."""
        if self.child is not None and self.is_running:
            self.child.terminate()
        return self._bury()

    async def terminates(self) -> int:
        """Run `terminate` without blocking the event loop."""
        return await asyncio.to_thread(self.terminate)

    async def starts(self) -> None:
        """Run `start` without blocking the event loop, with the same port and data."""
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
    """Return the ids of this process's running children."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # the process has just ended
            state, its_parent = stat.read_text().rpartition(")")[2].split()[:2]
            if int(its_parent) == parent and state != "Z":
                found.add(int(stat.parent.name))
    return found


def command_of(id: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{id}/cmdline").read_text().replace("\0", " ")
    return ""
