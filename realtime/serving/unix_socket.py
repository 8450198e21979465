"""The Unix socket that `manage.py serve --uds` listens on."""

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import CommandError

MOST_BYTES = 107  # of a socket's path


@contextlib.contextmanager
def unix_socket(path: str | None) -> Iterator[None]:
    """Make room for a socket at this path, and take it away in the end. Raises CommandError."""
    if path is None:
        yield
        return
    place = Path(path)
    if len(path.encode()) > MOST_BYTES:
        raise CommandError(f"--uds must be a path of at most {MOST_BYTES} bytes.")
    if not place.parent.is_dir():
        raise CommandError(f"The folder of --uds is not there: {place.parent}")
    if place.exists() and not place.is_socket():
        raise CommandError(f"--uds names a file that is no socket: {path}")
    if answers(path):
        raise CommandError(f"Another process listens on {path}.")
    place.unlink(missing_ok=True)  # of a process that was killed
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            place.unlink(missing_ok=True)


def answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(path) == 0
