"""Run a statement in plain SQL over many rows at once."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import batched, chain

from django.db import connection

ROWS_A_STATEMENT = 500  # SQLite takes 32,766 parameters.


def run(statement: str, rows: Sequence[tuple]) -> Iterator[tuple]:
    """Run a statement with these rows in its VALUES, and yield what it returns."""
    for some in batched(rows, ROWS_A_STATEMENT):
        yield from fetch(statement, len(some), len(some[0]), tuple(chain.from_iterable(some)))


def fetch(statement: str, rows: int, columns: int, values: tuple) -> list[tuple]:
    if connection.vendor == "sqlite" and not connection.queries_logged and not connection.execute_wrappers:
        # Django's cursors take longer than SQLite does: a fifth of the time of a post.
        connection.ensure_connection()
        with connection.wrap_database_errors:
            return connection.connection.execute(with_places(statement, rows, columns, "?"), values).fetchall()
    with connection.cursor() as cursor:
        cursor.execute(with_places(statement, rows, columns, "%s"), values)
        return cursor.fetchall()


@lru_cache(maxsize=1000)
def with_places(statement: str, rows: int, columns: int, place: str) -> str:
    row = f"({', '.join([place] * columns)})"
    return statement.format(rows=", ".join([row] * rows))
