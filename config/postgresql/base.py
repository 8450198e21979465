"""PostgreSQL connections with a client-side time-out: a server that hangs answers nothing, and TCP reports no error.

statement_timeout and lock_timeout run in the server, so they do not help there; `patience`
(realtime/shared/deadlines.py) says how long the thread may wait. Both are OPTIONS["session_settings"] here: set once
for a connection, or, where a pooler (PgBouncer) gives each transaction another connection to the server, once for
each transaction.
"""

from collections.abc import Callable, Sequence
from math import inf
from select import POLLIN, poll
from time import monotonic
from types import SimpleNamespace
from typing import Any, ClassVar

import psycopg
from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool, PoolTimeout

from config.postgresql.exchange import Statement, exchange
from realtime.shared.deadlines import patience

COMMIT: Statement = ("COMMIT", None)
INTERVAL_SECONDS = 0.1  # as in psycopg
FAILURE_SECONDS = 10.0  # for so long a failed connect counts as the reason for an empty pool
FRESH_SECONDS = 1.0  # A connection that has answered within the last second needs no health check.
CHECK_SECONDS = 1.0  # An idle connection that does not answer by then is closed.


class BoundedConnection(psycopg.Connection):
    """A connection that is closed when its thread has waited too long.

    A late answer would be taken for the next one's. `is_pooled`: whether a pooler is in between. `last_failure`: when
    and why a connection failed last, for the process. `prepared`: the names of the statements that the server has
    prepared. `answered_at`: when it last ran some.
    """

    is_pooled = False
    answered_at = float("-inf")
    NEVER: ClassVar[tuple[float, str]] = (float("-inf"), "")
    last_failure: ClassVar[tuple[float, str]] = NEVER

    def __init__(self, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        self.prepared: dict[str, bytes] = {}

    @classmethod
    def connect(cls, *arguments, **options):
        try:
            connection = super().connect(*arguments, **options)
        except psycopg.Error as error:
            BoundedConnection.last_failure = monotonic(), str(error)
            raise
        BoundedConnection.last_failure = BoundedConnection.NEVER
        return connection

    def wait(self, gen, interval: float = INTERVAL_SECONDS, timeout: float | None = None):
        """Wait as psycopg does, at most as long as this thread may. Raises OperationalError."""
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

    def exchange(self, statements: Sequence[Statement]) -> list[list[tuple]]:
        """Run these statements in one round trip, and return the rows of each."""
        rows = exchange(self, statements, None if self.is_pooled else self.prepared)
        self.answered_at = monotonic()
        return rows

    def is_fresh(self) -> bool:
        """Return whether the server has just answered and sends nothing now: it would send that it closes."""
        if monotonic() - self.answered_at > FRESH_SECONDS or self.pgconn.transaction_status != TransactionStatus.IDLE:
            return False
        reads = poll()
        reads.register(self.fileno(), POLLIN)
        return not reads.poll(0)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's wrapper with bounded connections, also in the pool.

    `_last`: the statements to send with the COMMIT, and the list for their rows.
    """

    _last: tuple[Sequence[Statement], list[list[tuple]]] | None = None

    Database = SimpleNamespace(**vars(psycopg) | {"connect": BoundedConnection.connect})  # type: ignore[assignment]

    def __init__(self, settings_dict: dict, *arguments, **options) -> None:
        super().__init__(settings_dict, *arguments, **options)
        if pool := settings_dict["OPTIONS"].get("pool"):
            pool = pool | {"connection_class": BoundedConnection, "check": check_connection}
            self.settings_dict = settings_dict | {"OPTIONS": settings_dict["OPTIONS"] | {"pool": pool}}

    @property
    def pool(self) -> ConnectionPool | None:
        """Return the pool; a thread waits for a connection at most as long as it may wait for an answer."""
        pool = super().pool
        if pool is not None and "getconn" not in vars(pool):
            getconn = pool.getconn
            pool.getconn = lambda: take_connection(getconn, min(pool.timeout, patience.find_timeout()))
        return pool

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        params.pop("session_settings", None)
        return params

    def _configure_connection(self, connection: BoundedConnection) -> bool:
        """Set the options of the whole connection. Return whether there is something to commit."""
        is_changed = super()._configure_connection(connection)  # type: ignore[misc] # the stubs lack it
        settings = self.settings_dict["OPTIONS"].get("session_settings")
        if not settings:
            return is_changed
        # A server process sends its pid when a connection opens; a pooler has sent a pid of its own, so they differ.
        own = connection.info.backend_pid
        each = ", ".join(["CASE WHEN pg_backend_pid() = %s THEN set_config(%s, %s, false) END"] * len(settings))
        values = [value for name, text in settings.items() for value in (own, name, str(text))]
        row = connection.execute(f"SELECT pg_backend_pid(), {each}", values).fetchone()
        connection.is_pooled = row is not None and row[0] != own
        return True

    def is_usable(self) -> bool:
        return (self.connection is not None and self.connection.is_fresh()) or super().is_usable()

    def exchange(self, statements: Sequence[Statement]) -> list[list[tuple]]:
        """Run these statements in one round trip, and return the rows of each."""
        self.ensure_connection()
        with self.wrap_database_errors:
            return self.connection.exchange(statements)

    def exchange_last(self, statements: Sequence[Statement]) -> list[list[tuple]]:
        """Run these statements in one round trip with the COMMIT; return the list that has the rows of each then."""
        rows: list[list[tuple]] = []
        self._last = statements, rows
        return rows

    def _commit(self) -> None:
        if self._last is None:
            super()._commit()  # type: ignore[misc]
            return
        statements, rows = self._last
        with self.wrap_database_errors:
            rows += self.connection.exchange([*statements, COMMIT])[:-1]

    def _set_autocommit(self, autocommit: bool) -> None:
        self._last = None
        super()._set_autocommit(autocommit)  # type: ignore[misc]
        settings = self.settings_dict["OPTIONS"].get("session_settings")
        if settings and not autocommit and getattr(self.connection, "is_pooled", False):
            each = ", ".join(["set_config(%s, %s, true)"] * len(settings))
            values = [value for name, text in settings.items() for value in (name, str(text))]
            with self.wrap_database_errors:
                self.connection.execute(f"SELECT {each}", values)


def take_connection(getconn: Callable[[float], psycopg.Connection], seconds: float) -> psycopg.Connection:
    """Return a connection of the pool. Raises PoolTimeout, with the reason why none could be made."""
    try:
        return getconn(seconds)
    except PoolTimeout as error:
        failed_at, reason = BoundedConnection.last_failure
        if monotonic() - failed_at > FAILURE_SECONDS:
            raise
        raise PoolTimeout(f"{error}: {reason}") from error


def check_connection(connection: BoundedConnection) -> None:
    """Raise when an idle connection of the pool is dead. The others probably are, too, so all are made again."""
    try:
        with patience.at_most(CHECK_SECONDS):
            connection.execute("")
    except psycopg.Error:
        if isinstance(connection._pool, ConnectionPool):
            connection._pool.drain()
        raise
