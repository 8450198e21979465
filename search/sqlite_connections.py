"""One connection to the file of the index for each thread. It stays open.

If no connection is open, SQLite reads its whole log when the next one opens: 17 ms.
"""

import sqlite3
import threading
from pathlib import Path

BUSY_SECONDS = 4

_of_thread = threading.local()


class KeptConnection:
    """A connection that is closed when its thread ends or opens another one."""

    def __init__(self, connection: sqlite3.Connection, file: tuple[Path, int] | None) -> None:
        self.connection, self.file = connection, file

    def __del__(self) -> None:
        self.connection.close()


def thread_connection(path: Path) -> sqlite3.Connection:
    """Return this thread's connection to the file, a new one if the file has been replaced. Raises sqlite3.Error."""
    kept = getattr(_of_thread, "kept", None)
    if kept is None or kept.file != identify(path):
        kept = _of_thread.kept = open_file(path)
        kept.connection.execute("PRAGMA synchronous = NORMAL")
    return kept.connection


def close_thread_connection() -> None:
    """Close the connection of this thread."""
    _of_thread.kept = None


def open_file(path: Path) -> KeptConnection:
    # Python may end the thread's objects in another thread.
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    return KeptConnection(connection, identify(path))


def identify(path: Path) -> tuple[Path, int] | None:
    """Return an identity of the file, which changes when it is deleted and made again, or restored."""
    try:
        return path, path.stat().st_ino
    except FileNotFoundError:
        return None
