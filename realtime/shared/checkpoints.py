"""SQLite's checkpoints: what was committed to the write-ahead log is copied into the database file.

By itself SQLite does it in the midst of every hundredth post, which then waits 5 ms for the disk, and all behind it.
"""

from django.db import connection

SECONDS = 1.0


def checkpoint() -> None:
    """Copy what can be copied without anybody waiting; from a thread of its own."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
