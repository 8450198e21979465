"""The database work of a function, counted in steps, which a busy machine does not change."""

from collections.abc import Callable

from django.db import connection


def count_steps(work: Callable[[], object]) -> int:
    """Return how many instructions SQLite runs for some work; the number grows with the rows that it reads."""
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
