"""Run a statement in plain SQL over many rows at once."""

from collections.abc import Iterator, Sequence
from itertools import batched

from django.db import connection

ROWS_A_STATEMENT = 500  # SQLite takes 32,766 parameters.


def run(statement: str, rows: Sequence[tuple]) -> Iterator[tuple]:
    """Run a statement with these rows in its VALUES, and yield what it returns."""
    for some in batched(rows, ROWS_A_STATEMENT):
        places = ", ".join([f"({', '.join(['%s'] * len(some[0]))})"] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(statement.format(rows=places), [value for row in some for value in row])
            yield from cursor.fetchall()
