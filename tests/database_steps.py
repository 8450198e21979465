"""What work costs the database, counted: a measure that no busy machine changes."""

from collections.abc import Callable

from django.db import connection


def count_steps(work: Callable[[], object]) -> int:
    """Return how many instructions SQLite runs for some work: they grow with the rows that it looks at."""
    assert connection.vendor == "sqlite"
    connection.ensure_connection()
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    connection.connection.set_progress_handler(count, 1)
    try:
        work()
    finally:
        connection.connection.set_progress_handler(None, 1)
    return steps
