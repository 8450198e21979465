"""Run a statement in plain SQL over many rows at once."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import batched, chain

from django.db import DEFAULT_DB_ALIAS, connections

ROWS_A_STATEMENT = 500  # SQLite takes 32,766 parameters.


def run(statement: str, rows: Sequence[tuple]) -> Iterator[tuple]:
    """Run a statement with these rows in its VALUES, and yield what it returns."""
    for some in batched(rows, ROWS_A_STATEMENT):
        yield from fetch(statement, len(some), len(some[0]), tuple(chain.from_iterable(some)))


def fetch(statement: str, rows: int, columns: int, values: tuple) -> list[tuple]:
    database = connections[DEFAULT_DB_ALIAS]  # `connection` looks for it anew at each attribute
    if database.vendor == "sqlite" and not database.queries_logged and not database.execute_wrappers:
        # Django's cursors take longer than SQLite does: a fifth of the time of a post.
        database.ensure_connection()
        with database.wrap_database_errors:
            return database.connection.execute(with_places(statement, rows, columns, "?"), values).fetchall()
    with database.cursor() as cursor:
        cursor.execute(with_places(statement, rows, columns, "%s"), values)
        return cursor.fetchall()


@lru_cache(maxsize=1000)
def with_places(statement: str, rows: int, columns: int, place: str) -> str:
    row = f"({', '.join([place] * columns)})"
    return statement.format(rows=", ".join([row] * rows))
