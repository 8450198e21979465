"""End what a killed test run has left: a process of its own that waits for the run's end."""

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import sys

_reaper: subprocess.Popen | None = None


def watch(kind: str, what: object) -> None:
    """Let a `process` group or a `folder` not outlive this process, however it ends."""
    _tell(f"+{kind} {what}")


def forget(kind: str, what: object) -> None:
    """Take back `watch`: it was stopped or removed in order."""
    _tell(f"-{kind} {what}")


def _tell(line: str) -> None:
    global _reaper  # noqa: PLW0603 one for all that this process starts
    if _reaper is None:
        command = [sys.executable, __file__]
        # A session of its own: Ctrl-C at the terminal does not reach it.
        _reaper = subprocess.Popen(command, stdin=subprocess.PIPE, text=True, start_new_session=True)
        atexit.register(_dismiss, _reaper)
    assert _reaper.stdin is not None
    _reaper.stdin.write(f"{line}\n")
    _reaper.stdin.flush()


def _dismiss(reaper: subprocess.Popen) -> None:
    assert reaper.stdin is not None
    reaper.stdin.close()
    reaper.wait()


def reap() -> None:
    """Read what is watched until the run has ended, then end all of it."""
    watched: dict[str, None] = {}
    for line in sys.stdin:
        sign, entry = line[0], line[1:].rstrip("\n")
        watched |= {entry: None}
        if sign == "-":
            del watched[entry]
    for entry in watched:
        kind, _, what = entry.partition(" ")
        if kind == "process":
            with contextlib.suppress(ProcessLookupError):
                os.killpg(int(what), signal.SIGKILL)
        else:
            shutil.rmtree(what, ignore_errors=True)


if __name__ == "__main__":
    reap()
