"""The insertion of many notifications by one statement; the ORM takes three times as long."""

from collections.abc import Sequence
from itertools import chain

from django.db import connection, models

from notifications.models import Notification

FIELDS = [field for field in Notification._meta.concrete_fields if not field.primary_key]
# Field types whose values must be converted for the database.
CONVERTED = (models.DateTimeField, models.JSONField, models.UUIDField)


def insert_rows(rows: Sequence[Notification]) -> None:
    """Insert the rows and set their ids. One query."""
    if not rows:
        return
    columns = [column_of(field, rows) for field in FIELDS]
    names = ", ".join(f'"{field.column}"' for field in FIELDS)
    source, parameters = (unnest if connection.vendor == "postgresql" else values)(columns)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {Notification._meta.db_table} ({names}) {source} RETURNING id", parameters)
        ids = cursor.fetchall()
    for row, (id,) in zip(rows, ids, strict=True):
        row.pk = id
        row._state.adding, row._state.db = False, connection.alias


def values(columns: Sequence[list]) -> tuple[str, list]:
    """Return a VALUES clause with a placeholder for each value.

    A thousand rows need 24,000 placeholders; SQLite allows 32,766.
    """
    row = f"({', '.join(['%s'] * len(columns))})"
    rows = ", ".join([row] * len(columns[0]))
    return f"VALUES {rows}", list(chain.from_iterable(zip(*columns, strict=True)))


def unnest(columns: Sequence[list]) -> tuple[str, Sequence[list]]:
    """Return a SELECT with one array placeholder for each column.

    psycopg parses 24,000 placeholders more slowly than PostgreSQL inserts the rows.
    """
    # Types without their length: a cast to varchar(50) would cut longer text instead of refusing it.
    types = [(field.db_type(connection) or "").partition("(")[0] for field in FIELDS]
    return f"SELECT * FROM UNNEST({', '.join(f'%s::{type}[]' for type in types)})", columns


def column_of(field: models.Field, rows: Sequence[Notification]) -> list:
    """Return one field of all rows as database values. A value object that rows share is converted once."""
    values = [getattr(row, field.attname) for row in rows]
    if not isinstance(getattr(field, "target_field", field), CONVERTED):  # a relation stores the key of its target
        return values
    different = {id(value): value for value in values}
    made = {key: field.get_db_prep_save(value, connection) for key, value in different.items()}
    return [made[id(value)] for value in values]
