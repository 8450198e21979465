"""The classification of database errors: an outage, after which the same call may succeed, or a mistake in our code.

The SQLSTATEs are from PostgreSQL's documentation, Appendix A; SQLite's codes from https://sqlite.org/rescode.html.
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
# With these the server has rolled the transaction back. After other errors a COMMIT may or may not have taken effect.
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
    """Return whether the same call may succeed later, once the database works again."""
    if not isinstance(error, DatabaseError | InterfaceError):
        return False
    if (code := sqlite_code(error)) is not None:
        return code in SQLITE_OUTAGES
    state = sqlstate(error)
    if state:
        return state in OUTAGES or state[:2] in OUTAGE_CLASSES
    return is_connection_error(error)


def is_connection_error(error: BaseException) -> bool:
    """Return whether an error without a code from the server means that there is no connection to it."""
    if isinstance(error, InterfaceError):
        return "connection" in str(error)  # the other one, "the cursor is closed", is a mistake in our code
    return isinstance(error, OperationalError) and TOO_MANY_PARAMETERS not in str(error)


def is_unique_violation(error: BaseException) -> bool:
    """Return whether a row with the same key exists already: the usual result of a race between two processes."""
    return sqlstate(error) == UNIQUE_VIOLATION or find_word(error, "sqlite_errorcode") in SQLITE_UNIQUE_VIOLATIONS


def translate(error: BaseException, *, stores: bool = True) -> CommandError:
    """Return the error that a client gets for an outage. `stores`: its command changes the database."""
    if sqlstate(error) == DISK_FULL or sqlite_code(error) == sqlite3.SQLITE_FULL:
        return StorageFull()
    return OutcomeUnknown() if stores and not is_surely_undone(error) else Unavailable()


def is_surely_undone(error: BaseException) -> bool:
    """Return whether nothing can have been stored. A connection may break after the COMMIT took effect."""
    if (code := sqlite_code(error)) is not None:
        return code != sqlite3.SQLITE_IOERR
    return sqlstate(error) in ROLLED_BACK or was_connecting(error)


def is_lock_timeout(error: BaseException) -> bool:
    return sqlstate(error) == LOCK_TIMEOUT


def sqlstate(error: BaseException) -> str:
    return find_word(error, "sqlstate") or ""


def was_connecting(error: BaseException) -> bool:
    """Return whether the connection was not made yet. psycopg attaches the one that failed as `pgconn`."""
    cause = error.__cause__
    names = {kind.__name__ for kind in type(cause).__mro__}
    return bool(names & {"PoolTimeout", "ConnectionTimeout"}) or getattr(cause, "pgconn", None) is not None


def sqlite_code(error: BaseException) -> int | None:
    """Return SQLite's primary result code, which is the lowest byte of the extended one."""
    code = find_word(error, "sqlite_errorcode")
    return None if code is None else code & 0xFF


def find_word(error: BaseException, name: str):
    """Return the code that the driver set on an error or on one of its causes; None where there is none."""
    cause = error.__cause__
    for _ in range(MOST_CAUSES):
        word = getattr(cause, name, None)
        if word is not None or cause is None:
            return word
        cause = cause.__cause__
    return None
