"""The tables of the index on PostgreSQL. On SQLite it has a file of its own (search/sqlite_index.py)."""

from django.db import migrations

from search.postgresql_index import DROP_TABLES, TABLES


def make_tables(apps, editor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(TABLES)


def drop_tables(apps, editor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(DROP_TABLES)


class Migration(migrations.Migration):
    initial = True
    dependencies: list = []
    operations = [migrations.RunPython(make_tables, drop_tables)]
