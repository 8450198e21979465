"""SQL statements over many rows at once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import batched, chain
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections

ROWS_A_STATEMENT = 500  # well below the 32,766 parameters that SQLite allows


class Query[Result](NamedTuple):
    """A statement, the rows of its VALUES, and the function that makes a result of the rows that it returns."""

    statement: str
    rows: Sequence[tuple]
    read: Callable[[Iterable[tuple]], Result]

    def run(self) -> Result:
        return self.read(run(self.statement, self.rows))


def run_together(*queries: Query[Any]) -> list[Any]:
    """Run queries, in order, of which none needs another's result; return the result of each.

    PostgreSQL gets them in one round trip (psycopg's pipeline). Each query still sees data committed before it began.
    """
    database = connections[DEFAULT_DB_ALIAS]
    if database.vendor != "postgresql" or is_watched(database) or any(map(needs_several, queries)):
        return [query.run() for query in queries]
    database.ensure_connection()
    with database.wrap_database_errors:
        with database.connection.pipeline():
            cursors = [
                database.connection.execute(*with_values(query.statement, query.rows, "%s")) if query.rows else None
                for query in queries
            ]
        # After the pipeline, which waits for all results at its end: a fetch inside it would wait for each.
        rows = [cursor.fetchall() if cursor else [] for cursor in cursors]
    return [query.read(found) for query, found in zip(queries, rows, strict=True)]


def needs_several(query: Query[Any]) -> bool:
    return len(query.rows) > ROWS_A_STATEMENT


def is_watched(database: Any) -> bool:
    """Return whether statements are logged or wrapped, as in tests: then each has to go through Django's cursor."""
    return bool(database.queries_logged or database.execute_wrappers)


def run(statement: str, rows: Sequence[tuple]) -> Iterator[tuple]:
    """Run a statement with these rows in its VALUES, and yield the rows that it returns."""
    for some in batched(rows, ROWS_A_STATEMENT):
        yield from fetch(statement, some)


def fetch(statement: str, rows: Sequence[tuple]) -> list[tuple]:
    database = connections[DEFAULT_DB_ALIAS]  # `connection` would look it up for each attribute
    if database.vendor == "sqlite" and not is_watched(database):
        # Without Django's cursor, which takes longer than SQLite itself: a fifth of the time of a post.
        database.ensure_connection()
        with database.wrap_database_errors:
            return database.connection.execute(*with_values(statement, rows, "?")).fetchall()
    with database.cursor() as cursor:
        cursor.execute(*with_values(statement, rows, "%s"))
        return cursor.fetchall()


def with_values(statement: str, rows: Sequence[tuple], place: str) -> tuple[str, tuple]:
    """Return the statement with a placeholder for each value, and the values."""
    return with_places(statement, len(rows), len(rows[0]), place), tuple(chain.from_iterable(rows))


@lru_cache(maxsize=1000)
def with_places(statement: str, rows: int, columns: int, place: str) -> str:
    row = f"({', '.join([place] * columns)})"
    return statement.format(rows=", ".join([row] * rows))
