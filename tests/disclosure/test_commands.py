"""No command tells an outsider what they may not know, nor whether a topic is there."""

import asyncio
import json
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async

import config.urls  # noqa: F401 which registers every topic
from realtime.engine import connection_commands, topics
from realtime.engine.hub import Hub
from realtime.engine.lifecycle import stop
from realtime.shared import threads
from tests.chat.connections import Connection, sign_in
from tests.disclosure.pages import ABSENT
from tests.disclosure.world import OUTSIDERS, SECRET, build_world

pytestmark = pytest.mark.django_db(transaction=True)

# By topic: in this world, an id that Ada may listen to and outsiders may not. None: everybody may.
TOPICS = {
    "room": lambda world: world.room.pk,
    "user": lambda world: world.people["ada"].pk,
    "stream": lambda world: world.stream.pk,
    "connections": lambda _: 0,
    "site": None,
}
# By command: its data.
COMMANDS = {
    "message.post": lambda _: {"key": str(uuid4()), "text": "hello"},
    "message.edit": lambda world: {"id": world.message.pk, "text": "hello"},
    "message.delete": lambda world: {"id": world.message.pk},
    "reaction.set": lambda world: {"message": world.message.pk, "emoji": "👍", "on": True},
    "preview.remove": lambda world: {"id": world.message.pk, "url": "https://example.org/"},
    "room.read": lambda _: {"seq": 1},
    "room.level": lambda _: {"level": "nothing"},
    "room.typing": lambda _: {},
    "connections.list": lambda _: {},
    "connections.close": lambda _: {"id": "made-up"},
}
OWN_COMMANDS = {"ping", "presence", "subscribe", "unsubscribe"}  # of the connection itself


@pytest.fixture
async def world(transactional_db):
    yield await sync_to_async(build_world)()
    if hub := Hub.of_this_process():
        await stop(hub)
    await asyncio.to_thread(threads.close_connections)


@pytest.fixture
async def connection(world, who):
    key = await sync_to_async(sign_in)(world.people[who])
    connection = Connection(session_key=key)
    assert await connection.opens()
    yield connection
    await connection.closes()


def kinds() -> dict[str, type[topics.Topic]]:
    engines_own = {"note", "memo"}  # tests/realtime/conftest.py
    return {prefix: kind for prefix, kind in topics._kinds.items() if prefix not in engines_own}


def test_every_topic_and_command_is_in_the_table():
    commands = {command for kind in kinds().values() for command in kind.commands}
    assert kinds().keys() == TOPICS.keys(), "tests/disclosure/test_commands.py: say who may listen to a new topic."
    assert commands == COMMANDS.keys(), "tests/disclosure/test_commands.py: say what a new command is sent with."
    assert connection_commands.COMMANDS.keys() == OWN_COMMANDS


@pytest.mark.parametrize("who", ["ada"])
async def test_who_may_listen_is_told(world, connection):
    """Else silence towards others would prove nothing."""
    for prefix in ("room", "user", "stream"):
        assert "head" in await connection.enters(f"{prefix}.{TOPICS[prefix](world)}", after=0, epoch=epoch())


def epoch() -> str:
    return Hub.of_this_process().epoch


@pytest.mark.parametrize("who", [who for who in OUTSIDERS if who != "anonymous"])
async def test_no_outsider_is_told_of_a_topic(world, connection, who):
    await connection.asks("ping")
    for prefix, find in TOPICS.items():
        if find is None:
            continue
        here, there = f"{prefix}.{find(world)}", f"{prefix}.{ABSENT}"
        assert "error" in await connection.enters(here, after=0, epoch=epoch())
        assert await connection.enters(here, after=0, epoch=epoch()) == await connection.enters(
            there, after=0, epoch=epoch()
        )
        for command in kinds()[prefix].commands:
            one, other = [await connection.asks(command, topic, **COMMANDS[command](world)) for topic in (here, there)]
            assert one["error"] == other["error"]
            assert SECRET not in json.dumps(one)


@pytest.mark.parametrize("who", [who for who in OUTSIDERS if who != "anonymous"])
async def test_nothing_of_another_room_is_reached_through_ones_own(world, connection, who):
    topic = f"room.{world.own[who].pk}"
    assert "head" in await connection.enters(topic)
    for command, data in COMMANDS.items():
        if "id" in data(world):
            one = await connection.asks(command, topic, **data(world))
            other = await connection.asks(command, topic, **data(world) | {"id": ABSENT})
            assert one["error"] == other["error"]
    await sync_to_async(world.message.refresh_from_db)()
    assert SECRET in world.message.text


@pytest.mark.parametrize("who", ["anonymous"])
async def test_without_a_sign_in_no_connection_opens(world, who):
    connection = Connection()
    assert not await connection.opens()


@pytest.mark.parametrize("who", [who for who in OUTSIDERS if who != "anonymous"])
async def test_their_own_history_tells_nothing_that_came_after_they_left(world, connection, who):
    topic = f"user.{world.people[who].pk}"
    ref = await connection.sends("subscribe", topics={topic: 0}, epoch=await epoch_of(connection))
    lines = []
    while (line := await connection.next_line()).get("ref") != ref:
        lines.append(line)
    assert [line for line in lines if SECRET in json.dumps(line)] == []
    assert "head" in line["ok"]["topics"][topic]
    rooms = [line["data"]["id"] for line in lines if line.get("type") == "room"]
    assert (world.room.pk in rooms) is (who == "former")


async def epoch_of(connection) -> str:
    await connection.asks("ping")  # from then on there is a hub
    return epoch()
