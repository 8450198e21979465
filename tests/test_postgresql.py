"""Connections to PostgreSQL: time limits also hold behind a pooler, and an error has its reason."""

import asyncio
import secrets
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import IntegrityError, OperationalError, connections
from psycopg.pq import TransactionStatus

from config.environment import Environment
from config.postgresql.base import BoundedConnection, DatabaseWrapper
from realtime.shared.threads import limit_statements
from tests.journeys.places import UNLIMITED, make_room
from tests.services.pgbouncer import PgBouncer
from tests.services.ports import free_port

COUNT = "SELECT $1::bigint"
INSERT = "INSERT INTO notes VALUES ($1::bigint) RETURNING number"
LIMITS = ("lock_timeout", "statement_timeout", "client_connection_check_interval")


@pytest.fixture
def url(postgres):
    name = f"limits_{secrets.token_hex(4)}"
    yield postgres.create(name)
    postgres.drop(name)


@pytest.fixture
def pooled(url):
    pgbouncer = PgBouncer(url)
    pgbouncer.start()
    yield pgbouncer.url
    pgbouncer.close()


@pytest.fixture
def connects(django_db_blocker):
    """A function that connects to a database as the threads of connections do."""
    opened = []

    def connect(url, **options):
        settings = Environment({"NAME": url}).database("NAME", default=Path())
        chosen = settings.get("OPTIONS", {}) | {"session_settings": {"lock_timeout": "2s"}} | options
        if "pool" not in options:
            limit_statements(chosen)
        base = connections.create_connection("default").settings_dict
        wrapper = DatabaseWrapper(base | settings | {"OPTIONS": chosen, "CONN_MAX_AGE": 0}, f"t{len(opened)}")
        opened.append(wrapper)
        return wrapper

    with django_db_blocker.unblock():
        yield connect
        for wrapper in opened:
            wrapper.close()
            if wrapper.pool:
                wrapper.close_pool()


@contextmanager
def atomic(connection):
    """Do as `transaction.atomic` does, which knows Django's own connections alone."""
    connection.set_autocommit(False)
    try:
        yield
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    finally:
        connection.set_autocommit(True)


def limits_of(connection):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
        return cursor.fetchone()


def in_transaction(connection):
    connection.set_autocommit(False)
    try:
        return limits_of(connection)
    finally:
        connection.rollback()
        connection.set_autocommit(True)


def test_a_connection_has_its_limits(connects, url):
    connection = connects(url)
    assert limits_of(connection) == in_transaction(connection) == ("2s", "4s")
    assert connection.connection.is_pooled is False


def test_behind_a_pooler_each_transaction_has_its_limits(connects, pooled):
    connection = connects(pooled)
    assert in_transaction(connection) == ("2s", "4s")
    assert limits_of(connection) == ("0", "0"), "the server's connection is everybody's: nothing is left on it"
    assert connection.connection.is_pooled is True


def test_options_in_the_url_are_kept(connects, url):
    connection = connects(f"{url}?options=-c%20search_path%3Dchat&application_name=chat")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path'), current_setting('application_name')")
        assert cursor.fetchone() == ("chat", "chat")
    assert limits_of(connection) == ("2s", "4s")


def test_of_several_hosts_the_one_that_answers_is_taken(connects, url):
    host = url.partition("@")[2].partition("/")[0]
    connection = connects(url.replace(host, f"127.0.0.1:{free_port()},{host}") + "?target_session_attrs=read-write")
    assert limits_of(connection) == ("2s", "4s")


def test_a_pools_error_has_its_reason(connects, url):
    BoundedConnection.last_failure = BoundedConnection.NEVER
    connection = connects(f"{url}?sslmode=require", pool={"timeout": 1, "reconnect_timeout": 1, "min_size": 1})
    with pytest.raises(OperationalError, match=r"(?s)couldn't get a connection after 1.00 sec: .*does not support SSL"):
        connection.ensure_connection()


def test_statements_go_together_and_begin_a_transaction(connects, url):
    connection = connects(url)
    connection.ensure_connection()
    with atomic(connection):
        assert connection.exchange([(COUNT, b"1"), (COUNT, b"2")]) == [[(1,)], [(2,)]]
        assert connection.connection.info.transaction_status == TransactionStatus.INTRANS
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        assert cursor.fetchall() == [(COUNT,)]


def test_the_last_statements_are_committed_with_the_transaction(connects, url):
    connection = connects(url)
    connection.ensure_connection()
    with atomic(connection):
        connection.exchange([("CREATE TABLE notes (number bigint UNIQUE)", None)])
        rows = connection.exchange_last([(INSERT, b"1")])
        assert rows == []
    assert rows == [[(1,)]]
    with pytest.raises(IntegrityError), atomic(connection):
        rows = connection.exchange_last([(INSERT, b"2"), (INSERT, b"1")])
    assert rows == []
    with atomic(connection):
        assert connection.exchange([("SELECT number FROM notes", None)]) == [[(1,)]], "what failed has left nothing"


def test_what_waits_for_the_commit_goes_with_the_transaction(connects, url):
    connection = connects(url)
    connection.set_autocommit(False)
    connection.exchange_last([("CREATE TABLE notes (number bigint)", None)])
    connection.rollback()
    connection.set_autocommit(True)
    with atomic(connection):
        assert connection.exchange([("SELECT to_regclass('notes')", None)]) == [[(None,)]]


def test_large_statements_and_answers_do_not_wait_for_each_other(connects, url):
    """More than both sockets hold, in both directions at once."""
    connection = connects(url)
    large = b"x" * 20_000_000
    with atomic(connection):
        answers = connection.exchange([("SELECT $1::text", large)] * 3)
    assert answers == [[(large.decode(),)]] * 3


def test_a_pooled_connection_prepares_nothing(connects, pooled):
    connection = connects(pooled)
    for _ in range(2):
        with atomic(connection):
            assert connection.exchange([(COUNT, b"1")]) == [[(1,)]]
            assert connection.exchange([("SELECT count(*) FROM pg_prepared_statements", None)]) == [[(0,)]]


def test_who_has_just_answered_is_not_asked_whether_it_does(connects, url):
    connection = connects(url)
    with atomic(connection):
        connection.exchange([(COUNT, b"1")])
    assert connection.connection.is_fresh()
    with connects(url).cursor() as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
    assert not connection.connection.is_fresh()
    assert not connection.is_usable()


async def test_people_talk_through_a_pooler(sites):
    """PgBouncer with its defaults, in transaction mode."""
    site = sites(kind="uvicorn", postgres=True, pooled=True, environment=UNLIMITED)
    ada, bob = await site.person("ada"), await site.person("bob")
    room = await site.database(make_room, ada.id, bob.id)
    async with ada.connect() as hers, bob.connect() as his:
        await hers.subscribe(room)
        await his.subscribe(room)
        posts = [hers.does("message.post", room, key=str(uuid4()), text=f"{number}") for number in range(30)]
        acknowledged = await asyncio.gather(*posts)
        await his.reaches(room, max(each["seq"] for each in acknowledged))
        assert len(his.messages(room)) == 30
        pages = await asyncio.gather(*[ada.gets(f"/rooms/{room.partition('.')[2]}/") for _ in range(20)])
        assert {page.status for page in pages} == {200}
    assert "Traceback" not in site.log
