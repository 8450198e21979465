"""SQLite's checkpoints: committed changes are copied from the write-ahead log into the database file.

Left to itself, SQLite does this within every hundredth post or so, which then waits 5 ms for the disk, and delays the
posts behind it.
"""

from django.db import connection

SECONDS = 1.0


def checkpoint() -> None:
    """Copy as much as is possible without blocking a reader or writer. Call it from a thread of its own."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
