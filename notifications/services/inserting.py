"""Insert many notifications in one sentence: the ORM takes three times as long, and asks each field about each row."""

from collections.abc import Sequence
from itertools import chain

from django.db import connection, models

from notifications.models import Notification

FIELDS = [field for field in Notification._meta.concrete_fields if not field.primary_key]
COLUMNS = ", ".join(f'"{field.column}"' for field in FIELDS)
ROW = f"({', '.join(['%s'] * len(FIELDS))})"
# What a database keeps otherwise than Python does.
CONVERTED = (models.DateTimeField, models.JSONField)


def insert_rows(rows: Sequence[Notification]) -> None:
    """Insert the rows and give them their ids. One query; a thousand rows are 24,000 parameters of SQLite's 32,766."""
    if not rows:
        return
    parameters = list(chain.from_iterable(zip(*(column_of(field, rows) for field in FIELDS), strict=True)))
    table = Notification._meta.db_table
    with connection.cursor() as cursor:
        places = ", ".join([ROW] * len(rows))
        cursor.execute(f"INSERT INTO {table} ({COLUMNS}) VALUES {places} RETURNING id", parameters)
        ids = cursor.fetchall()
    for row, (id,) in zip(rows, ids, strict=True):
        row.pk = id
        row._state.adding, row._state.db = False, connection.alias


def column_of(field: models.Field, rows: Sequence[Notification]) -> list:
    """Return one field of all rows as the database takes it; the same object, of which many have a share, once."""
    values = [getattr(row, field.attname) for row in rows]
    if not isinstance(field, CONVERTED):
        return values
    different = {id(value): value for value in values}
    made = {key: field.get_db_prep_save(value, connection) for key, value in different.items()}
    return [made[id(value)] for value in values]
