"""The Unix socket on which `manage.py serve --uds` listens."""

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import CommandError

MOST_BYTES = 107  # Linux's limit for a socket's path


@contextlib.contextmanager
def unix_socket(path: str | None) -> Iterator[None]:
    """Check and clear the path for a socket, and remove the socket in the end. Raises CommandError."""
    if path is None:
        yield
        return
    location = Path(path)
    if len(path.encode()) > MOST_BYTES:
        raise CommandError(f"--uds must be a path of at most {MOST_BYTES} bytes.")
    if not location.parent.is_dir():
        raise CommandError(f"The folder of --uds does not exist: {location.parent}")
    if location.exists() and not location.is_socket():
        raise CommandError(f"--uds names a file that is not a socket: {path}")
    if answers(path):
        raise CommandError(f"Another process already listens on {path}.")
    location.unlink(missing_ok=True)  # left by a process that was killed
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            location.unlink(missing_ok=True)


def answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(path) == 0
