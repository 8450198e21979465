"""What an error of the database means: that it is out of order just now, or that we did something wrong.

The SQLSTATEs are those of PostgreSQL's documentation, Appendix A; SQLite's codes those of https://sqlite.org/rescode.html.
"""

import sqlite3

from django.db import DatabaseError, InterfaceError, OperationalError

from realtime.shared.errors import CommandError, OutcomeUnknown, StorageFull, Unavailable

OUTAGE_CLASSES = (
    "08",  # connection exception
    "53",  # insufficient resources: memory, connections
    "57",  # operator intervention: canceled, shut down, starting up, a standby's conflict
    "58",  # system error outside of PostgreSQL, as of the disk
)
OUTAGES = {
    "25006",  # read-only: a standby, or a primary that is about to become one
    "25P03",  # idle in a transaction for too long
    "25P04",  # transaction_timeout
    "40001",  # serialization failure
    "40003",  # statement completion unknown
    "40P01",  # deadlock
    "55006",  # object in use
    "55P03",  # lock_timeout
}
# The server has said so while the transaction was open, and has rolled it back. Others may end a COMMIT half-way.
ROLLED_BACK = OUTAGES - {"40003"} | {"53000", "53200", "53300", "53400", "57014"}
DISK_FULL = "53100"
LOCK_TIMEOUT = "55P03"
UNIQUE_VIOLATION = "23505"
TOO_MANY_PARAMETERS = "number of parameters must be between"  # libpq refuses to send the statement: no SQLSTATE

SQLITE_OUTAGES = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
}
SQLITE_UNIQUE_VIOLATIONS = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
MOST_CAUSES = 8


def is_outage(error: BaseException) -> bool:
    """Say whether the same may succeed later, when the database is in order again."""
    if not isinstance(error, DatabaseError | InterfaceError):
        return False
    if (code := sqlite_code(error)) is not None:
        return code in SQLITE_OUTAGES
    state = sqlstate(error)
    if state:
        return state in OUTAGES or state[:2] in OUTAGE_CLASSES
    return is_connection_error(error)


def is_connection_error(error: BaseException) -> bool:
    """Say whether an error without a code of the server means that there is no connection to it."""
    if isinstance(error, InterfaceError):
        return "connection" in str(error)  # "the cursor is closed" is a mistake in the code
    return isinstance(error, OperationalError) and TOO_MANY_PARAMETERS not in str(error)


def is_unique_violation(error: BaseException) -> bool:
    """Say whether a row with the same key is there already: what a race between two processes looks like."""
    return sqlstate(error) == UNIQUE_VIOLATION or find_word(error, "sqlite_errorcode") in SQLITE_UNIQUE_VIOLATIONS


def translate(error: BaseException, *, stores: bool = True) -> CommandError:
    """Return what a client is told of an outage. `stores`: it asked for a change."""
    if sqlstate(error) == DISK_FULL or sqlite_code(error) == sqlite3.SQLITE_FULL:
        return StorageFull()
    return OutcomeUnknown() if stores and not is_surely_undone(error) else Unavailable()


def is_surely_undone(error: BaseException) -> bool:
    """Say whether nothing can have been stored. A connection that ends may have ended behind a COMMIT."""
    if (code := sqlite_code(error)) is not None:
        return code != sqlite3.SQLITE_IOERR
    return sqlstate(error) in ROLLED_BACK or was_connecting(error)


def is_lock_timeout(error: BaseException) -> bool:
    return sqlstate(error) == LOCK_TIMEOUT


def sqlstate(error: BaseException) -> str:
    return find_word(error, "sqlstate") or ""


def was_connecting(error: BaseException) -> bool:
    """Say whether there was no connection yet. psycopg hangs the one that it failed to make on the error."""
    cause = error.__cause__
    names = {kind.__name__ for kind in type(cause).__mro__}
    return bool(names & {"PoolTimeout", "ConnectionTimeout"}) or getattr(cause, "pgconn", None) is not None


def sqlite_code(error: BaseException) -> int | None:
    """Return SQLite's primary result code; the lowest byte of the extended one."""
    code = find_word(error, "sqlite_errorcode")
    return None if code is None else code & 0xFF


def find_word(error: BaseException, name: str):
    """Return the code that the driver set on an error, also where the error was raised again as another; or None."""
    cause = error.__cause__
    for _ in range(MOST_CAUSES):
        word = getattr(cause, name, None)
        if word is not None or cause is None:
            return word
        cause = cause.__cause__
    return None
