"""The error that a client gets for each code of a database error."""

import sqlite3

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, InterfaceError, InternalError, OperationalError, ProgrammingError
from psycopg_pool import PoolTimeout

from realtime.shared.database_errors import is_outage, is_unique_violation, translate
from realtime.shared.errors import OutcomeUnknown, StorageFull, Unavailable


def from_postgres(state, kind=OperationalError):
    """Return the error as Django raises it."""
    error = kind("words of the server")
    error.__cause__ = psycopg.errors.lookup(state)("words of the server")
    return error


def from_sqlite(code):
    cause = sqlite3.OperationalError("words")
    cause.sqlite_errorcode = code
    error = OperationalError("words")
    error.__cause__ = cause
    return error


def caused_by(cause, kind=OperationalError):
    error = kind(str(cause))
    error.__cause__ = cause
    return error


@pytest.mark.parametrize("state", ["25006", "40001", "40P01", "53200", "53300", "55P03", "57014"])
def test_the_server_has_rolled_back(state):
    error = from_postgres(state, InternalError if state == "25006" else OperationalError)
    assert is_outage(error)
    assert type(translate(error)) is Unavailable


@pytest.mark.parametrize("state", ["08006", "08003", "40003", "57P01", "57P02", "57P03", "58030"])
def test_the_connection_may_have_ended_behind_a_commit(state):
    error = from_postgres(state)
    assert is_outage(error)
    assert type(translate(error)) is OutcomeUnknown
    assert type(translate(error, stores=False)) is Unavailable


def test_a_lost_connection_leaves_the_outcome_unknown():
    for error in (
        caused_by(psycopg.OperationalError("server closed the connection unexpectedly")),
        caused_by(psycopg.InterfaceError("the connection is closed"), InterfaceError),
    ):
        assert is_outage(error)
        assert type(translate(error)) is OutcomeUnknown


def test_without_a_connection_nothing_was_stored():
    with pytest.raises(psycopg.OperationalError) as refused:
        psycopg.connect("host=127.0.0.1 port=1 connect_timeout=2")
    for cause in (refused.value, PoolTimeout("none in 3 s"), psycopg.errors.ConnectionTimeout("none")):
        assert type(translate(caused_by(cause))) is Unavailable


@pytest.mark.parametrize("error", [from_postgres("53100"), from_sqlite(sqlite3.SQLITE_FULL)])
def test_a_full_disk(error):
    assert is_outage(error)
    assert type(translate(error)) is StorageFull


@pytest.mark.parametrize(
    "code, expected",
    [
        (sqlite3.SQLITE_BUSY, Unavailable),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, Unavailable),
        (sqlite3.SQLITE_READONLY, Unavailable),
        (sqlite3.SQLITE_CANTOPEN, Unavailable),
        (sqlite3.SQLITE_IOERR_FSYNC, OutcomeUnknown),
    ],
)
def test_sqlite(code, expected):
    assert is_outage(from_sqlite(code))
    assert type(translate(from_sqlite(code))) is expected


@pytest.mark.parametrize(
    "error",
    [
        from_postgres("42P01", ProgrammingError),
        from_postgres("23505", DatabaseError),
        from_sqlite(sqlite3.SQLITE_ERROR),  # "no such table" is an OperationalError, too
        caused_by(from_sqlite(sqlite3.SQLITE_ERROR)),  # raised again, as by a backend around the backend
        caused_by(from_postgres("42703", ProgrammingError)),
        caused_by(psycopg.OperationalError("sending failed: number of parameters must be between 0 and 65535")),
        caused_by(psycopg.InterfaceError("the cursor is closed"), InterfaceError),
        ValueError("no"),
    ],
)
def test_mistakes_in_our_code_are_no_outage(error):
    assert not is_outage(error)


def test_an_outage_that_is_raised_again_stays_one():
    assert is_outage(caused_by(from_sqlite(sqlite3.SQLITE_BUSY)))
    assert is_outage(caused_by(from_postgres("57P01")))


def test_only_a_key_that_is_there_already_is_a_race():
    assert is_unique_violation(from_postgres("23505", IntegrityError))
    assert is_unique_violation(from_sqlite(sqlite3.SQLITE_CONSTRAINT_UNIQUE))
    assert not is_unique_violation(from_postgres("23502", IntegrityError))
    assert not is_unique_violation(from_sqlite(sqlite3.SQLITE_CONSTRAINT_NOTNULL))
    assert not is_unique_violation(IntegrityError("no word of the driver"))
