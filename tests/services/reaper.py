"""The clean-up after a killed test run: a separate process that waits for the run's end."""

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import sys

_reaper: subprocess.Popen | None = None


def watch(kind: str, target: object) -> None:
    """Remove a `process` group or a `folder` when this process ends, however it ends."""
    _write(f"+{kind} {target}")


def forget(kind: str, target: object) -> None:
    """Undo `watch`, because the process was stopped or the folder removed in order."""
    _write(f"-{kind} {target}")


def _write(line: str) -> None:
    global _reaper  # noqa: PLW0603 one process for everything that this one starts
    if _reaper is None:
        command = [sys.executable, __file__]
        # In a session of its own, so that Ctrl-C at the terminal does not end it.
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
    """Read the watched entries until the run has ended, then remove them all."""
    watched: dict[str, None] = {}
    for line in sys.stdin:
        sign, entry = line[0], line[1:].rstrip("\n")
        watched |= {entry: None}
        if sign == "-":
            del watched[entry]
    for entry in watched:
        kind, _, target = entry.partition(" ")
        if kind == "process":
            with contextlib.suppress(ProcessLookupError):
                os.killpg(int(target), signal.SIGKILL)
        else:
            shutil.rmtree(target, ignore_errors=True)


if __name__ == "__main__":
    reap()
