"""The check of the database before a server or a worker starts."""

from django.core.management.base import CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from realtime.shared.outage import describe


def refuse_unmigrated() -> None:
    """Check that the database answers and has every migration. Raises CommandError."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError as error:
        raise CommandError(f"The database cannot be used: {describe(error)}") from error
    finally:
        connection.close()
    if missing:
        raise CommandError("The database lacks migrations: run `manage.py migrate` first.")
