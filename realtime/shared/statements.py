"""SQL statements over many rows at once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import batched, chain
from typing import Any, NamedTuple

import msgspec
from django.db import DEFAULT_DB_ALIAS, connections, transaction

ROWS_A_STATEMENT = 500  # well below the 32,766 parameters that SQLite allows


class Query[Result](NamedTuple):
    """A statement, the rows of its VALUES, and the function that makes a result of the rows that it returns.

    `types`: the columns' types in PostgreSQL.
    """

    statement: str
    rows: Sequence[tuple]
    read: Callable[[Iterable[tuple]], Result]
    types: str = ""

    def run(self) -> Result:
        return self.read(run_statement(self.statement, self.rows))


def run_together(*queries: Query[Any]) -> list[Any]:
    """Run queries, in order, of which none needs another's result; return the result of each.

    PostgreSQL gets them in one round trip. Each query still sees data committed before it began.
    """
    database: Any = connections[DEFAULT_DB_ALIAS]
    if not can_exchange(database):
        return [query.run() for query in queries]
    return read_each(queries, database.exchange(as_statements(queries)))


def run_last(*queries: Query[Any], then: Callable[[list[Any]], None]) -> None:
    """Run these queries as the last of this transaction, and call `then` with the result of each.

    PostgreSQL gets them in one round trip with the COMMIT, and `then` is called after it.
    """
    database: Any = connections[DEFAULT_DB_ALIAS]
    if not can_exchange(database) or not database.in_atomic_block or database.savepoint_ids:
        then(run_together(*queries))
        return
    rows = database.exchange_last(as_statements(queries))
    transaction.on_commit(lambda: then(read_each(queries, rows)))


def can_exchange(database: Any) -> bool:
    """Return whether a database takes several statements at once (config/postgresql)."""
    return hasattr(database, "exchange") and not is_watched(database)


def as_statements(queries: Iterable[Query[Any]]) -> list[tuple[str, bytes]]:
    """Return these queries with all rows in one parameter: a statement is prepared once for any number of them."""
    return [(with_json(each.statement, each.types), msgspec.json.encode(each.rows)) for each in queries if each.rows]


def read_each(queries: Iterable[Query[Any]], rows: Iterable[list[tuple]]) -> list[Any]:
    found = iter(rows)
    return [query.read(next(found) if query.rows else []) for query in queries]


def is_watched(database: Any) -> bool:
    """Return whether statements are logged or wrapped, as in tests: then each has to go through Django's cursor."""
    return bool(database.queries_logged or database.execute_wrappers)


def run_statement(statement: str, rows: Sequence[tuple]) -> Iterator[tuple]:
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


@cache
def with_json(statement: str, types: str) -> str:
    """Return the statement with its rows taken from an array of arrays in JSON."""
    columns = ", ".join(f"(one ->> {number})::{type}" for number, type in enumerate(types.split(", ")))
    # PostgreSQL expects 100 rows of this function, and for those rather reads whole tables; with this condition, one.
    rows = "jsonb_array_elements($1::jsonb) AS one WHERE jsonb_typeof(one) = 'array'"
    return statement.replace("VALUES {rows}", f"SELECT {columns} FROM {rows}")
