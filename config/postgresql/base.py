"""PostgreSQL whose silence ends: a server that stands still answers nothing, and TCP finds nothing wrong with it.

statement_timeout and lock_timeout are the server's own, so they do not help there; `patience` (realtime/deadlines.py)
says how long the thread may wait.
"""

from math import inf
from types import SimpleNamespace

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool

from realtime.deadlines import patience

INTERVAL_SECONDS = 0.1  # as psycopg has it
CHECK_SECONDS = 1.0  # An idle connection that does not answer by then is dead.


class Connection(psycopg.Connection):
    """A connection that is closed when its thread has waited enough: a late answer would be taken for another."""

    def wait(self, gen, interval: float = INTERVAL_SECONDS, timeout: float | None = None):
        """Wait as psycopg does, within the patience of this thread. Raises OperationalError."""
        left = patience.find_timeout()
        if left == inf or (timeout is not None and timeout < left):
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, left)
        except psycopg.OperationalError as error:
            if error.sqlstate is None and not self.closed:
                self.pgconn.finish()
                raise psycopg.OperationalError("The server did not answer in time.") from error
            raise


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with these connections, also in the pool."""

    Database = SimpleNamespace(**vars(psycopg) | {"connect": Connection.connect})  # type: ignore[assignment]

    def __init__(self, settings_dict: dict, *arguments, **options) -> None:
        super().__init__(settings_dict, *arguments, **options)
        if pool := settings_dict["OPTIONS"].get("pool"):
            pool = pool | {"connection_class": Connection, "check": check}
            self.settings_dict = settings_dict | {"OPTIONS": settings_dict["OPTIONS"] | {"pool": pool}}

    @property
    def pool(self) -> ConnectionPool | None:
        """Return the pool, in which a thread waits no longer for a connection than it may wait for an answer."""
        pool = super().pool
        if pool is not None and "getconn" not in vars(pool):
            getconn = pool.getconn
            pool.getconn = lambda: getconn(min(pool.timeout, patience.find_timeout()))
        return pool


def check(connection: Connection) -> None:
    """Raise when an idle connection of the pool is dead. The others most likely are, too: all are made anew."""
    try:
        with patience.at_most(CHECK_SECONDS):
            connection.execute("")
    except psycopg.Error:
        if isinstance(connection._pool, ConnectionPool):
            connection._pool.drain()
        raise
