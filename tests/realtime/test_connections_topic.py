"""Users with the permission see and close others' connections, for as long as they have it."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Permission

from accounts.models import User
from realtime.engine import connections_topic
from realtime.engine.hub import Hub
from realtime.engine.lifecycle import stop
from realtime.shared import threads
from tests.chat.connections import Connection, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
TOPIC = "connections.0"


def make(username, *permissions, **more):
    user = User.objects.create(username=username, **more)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


@pytest.fixture
async def opens(transactional_db):
    """A function that opens a connection of a new user: `await opens("ada", "view_connections")`."""
    opened = []

    async def open(username, *permissions, **more):
        user = await sync_to_async(make)(username, *permissions, **more)
        connection = Connection(session_key=await sync_to_async(sign_in)(user))
        assert await connection.opens()
        opened.append(connection)
        connection.user = user
        connection.id = (await connection.hears("hello"))["data"]["connection"]
        return connection

    yield open
    for connection in opened:
        await connection.closes()
    await stop(Hub.of_this_process())
    await asyncio.to_thread(threads.close_connections)


def ends(connection):
    return asyncio.wait_for(connection.is_closed_with(), 5)


async def test_being_staff_is_not_enough(opens):
    staff = await opens("staff", is_staff=True)
    assert (await staff.enters(TOPIC))["error"]["code"] == "not_found"


async def test_a_user_who_may_see_connections_may_not_close_them(opens):
    office, bob = await opens("office", "view_connections"), await opens("bob")
    assert "error" not in await office.enters(TOPIC)
    ref = await office.sends("connections.list", TOPIC)
    line = await office.hears("connections")
    assert {each["user"]["username"] for each in line["data"]["connections"]} == {"office", "bob"}
    assert (await office.until(lambda line: line.get("ref") == ref))["ok"] == {}
    assert (await office.asks("connections.close", TOPIC, id=bob.id))["error"]["code"] == "forbidden"
    assert (await bob.asks("ping"))["ok"] == {}


async def test_a_user_with_the_permission_closes_a_connection(opens):
    office, bob = await opens("office", "view_connections", "close_connections"), await opens("bob")
    await office.enters(TOPIC)
    assert (await office.asks("connections.close", TOPIC, id=bob.id))["ok"] == {}
    assert await ends(bob) == 4010
    assert (await office.asks("connections.close", TOPIC, id="nobody's"))["ok"] == {}


async def test_only_a_superuser_ends_a_superusers(opens):
    office = await opens("office", "view_connections", "close_connections")
    root, second = await opens("root", is_superuser=True), await opens("second", is_superuser=True)
    await office.enters(TOPIC)
    refusal = (await office.asks("connections.close", TOPIC, id=root.id))["error"]
    assert (refusal["code"], "superuser" in refusal["message"]) == ("forbidden", True)
    await connections_topic.close_from_elsewhere(Hub.of_this_process(), {"id": root.id, "by": office.user.pk})
    await root.enters(TOPIC)
    assert (await root.asks("connections.close", TOPIC, id=second.id))["ok"] == {}
    assert await ends(second) == 4010
    assert (await root.asks("ping"))["ok"] == {}


@pytest.mark.parametrize("lost", ["permissions", "is_active"])
async def test_a_lost_permission_takes_effect_at_once(opens, lost):
    office, bob = await opens("office", "view_connections", "close_connections"), await opens("bob")
    await office.enters(TOPIC)
    if lost == "permissions":
        await office.user.user_permissions.aclear()
    else:
        await User.objects.filter(pk=office.user.pk).aupdate(is_active=False)
    assert (await office.asks("connections.close", TOPIC, id=bob.id))["error"]["code"] == "forbidden"
    assert (await office.asks("connections.list", TOPIC))["error"]["code"] == "not_found"
    assert (await office.asks("connections.list", TOPIC))["error"]["code"] == "not_subscribed"
    assert (await bob.asks("ping"))["ok"] == {}


async def test_only_the_connection_that_asked_gets_the_list(opens):
    """Another subscriber may have lost the permission a moment ago."""
    office, other = await opens("office", "view_connections"), await opens("other", "view_connections")
    await office.enters(TOPIC)
    await other.enters(TOPIC)
    await office.asks("connections.list", TOPIC)
    await other.sends("ping")
    assert "ok" in await other.next_line()
