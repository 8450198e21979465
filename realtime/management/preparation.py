"""What must be done before a process of ours starts."""

from django.core.management.base import CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from realtime.shared.outage import describe


def refuse_unmigrated() -> None:
    """Stop on a database that lacks a migration, or does not answer. Raises CommandError."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError as error:
        raise CommandError(f"The database cannot be used: {describe(error)}") from error
    finally:
        connection.close()
    if missing:
        raise CommandError("The database is not up to date: run `manage.py migrate` first.")
