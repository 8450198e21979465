"""The deletion of all rows in the test's own database, after a test that commits."""

from django.core.management.color import no_style
from django.db import connections
from django.test import TransactionTestCase

# Rows made by `post_migrate`. Django's `flush` also deletes these, and sends the signal to have them made again,
# which takes nine tenths of its time. No test changes them.
KEPT_TABLES = {"django_content_type", "auth_permission"}


def flush_databases(case: TransactionTestCase) -> None:
    """Delete every row that a test may have made, in place of `TransactionTestCase._fixture_teardown`."""
    for alias in case._databases_names(include_mirrors=False):  # type: ignore[attr-defined] # the stubs lack it
        connection = connections[alias]
        tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        statements = connection.ops.sql_flush(no_style(), sorted(set(tables) - KEPT_TABLES))
        connection.ops.execute_sql_flush(statements)
