"""A hub that stops answers running commands, begins none, and closes each connection with a delay for its return."""

import asyncio
from itertools import pairwise
from typing import ClassVar

import msgspec
import pytest

from realtime.engine import graceful_shutdown, topics
from realtime.engine.graceful_shutdown import closing_delays
from realtime.engine.lifecycle import get_hub, stop
from realtime.engine.topics import Later, command
from realtime.shared.errors import Unavailable
from tests.realtime.conftest import Client, NoteTopic


class Slow(msgspec.Struct):
    pass


class SlowTopic(NoteTopic):
    """Notes, with a command that is answered when the test lets it."""

    answers: ClassVar[list] = []

    @command("slow", Slow)
    async def slow(self, session, data):
        return Later(self.answers.append)

    @classmethod
    def answer(cls, result):
        cls.answers.pop()(result)


@pytest.fixture
async def slow(hub):
    topics.register(SlowTopic)
    SlowTopic.answers = []
    yield SlowTopic
    topics.register(NoteTopic)


async def asks_slowly(client, ref=9):
    """Return a client whose command is being answered."""
    ada = client(1)
    await ada.subscribes()
    await ada.commands.receive(f'{{"ref":{ref},"type":"slow","topic":"note.1"}}')
    return ada


async def begins_to_stop(hub):
    stopped = asyncio.create_task(stop(hub))
    await asyncio.sleep(0)
    return stopped


async def test_running_commands_are_answered_before_the_connection_is_closed(hub, client, slow):
    ada = await asks_slowly(client)
    stopped = await begins_to_stop(hub)
    assert ada.transport.closed_with is None
    slow.answer({"stored": True})
    await stopped
    assert ada.transport.lines[-2:] == [
        {"ref": 9, "ok": {"stored": True}},
        {"type": "restarting", "data": {"after_ms": 0}},
    ]
    assert ada.transport.closed_with == 4012
    assert hub.running_commands.count == 0


async def test_a_command_that_takes_too_long_does_not_delay_the_shutdown(hub, client, slow, monkeypatch):
    monkeypatch.setattr(graceful_shutdown, "ANSWER_SECONDS", 0)
    ada = await asks_slowly(client)
    await stop(hub)
    assert ada.transport.closed_with == 4012
    slow.answer({})


async def test_events_published_just_before_are_delivered(hub, client, writes):
    ada = client(1)
    await ada.subscribes()
    await writes("the last")
    await stop(hub)
    assert [line["type"] for line in ada.transport.lines[-2:]] == ["note", "restarting"]


async def test_nothing_new_is_begun(hub, client, slow):
    ada = await asks_slowly(client, ref=8)
    stopped = await begins_to_stop(hub)
    count = len(ada.transport.lines)
    await ada.commands.receive('{"ref":9,"type":"ping"}')
    late = Client(hub, 2)
    assert (late.transport.closed_with, late.transport.lines) == (4012, [])
    with pytest.raises(Unavailable):
        await get_hub()
    assert len(ada.transport.lines) == count
    slow.answer({})
    await stopped
    assert [line.get("ref") for line in ada.transport.lines[count:]] == [8, None]
    with pytest.raises(Unavailable):
        await get_hub()


def test_one_comes_back_at_once_and_many_come_evenly():
    assert (closing_delays(0), closing_delays(1)) == ([], [0])
    few = closing_delays(200)
    assert max(few) < 1_000
    many = sorted(closing_delays(10_000))
    assert many[-1] < 5_000
    assert max(later - earlier for earlier, later in pairwise(many)) <= 2
    assert closing_delays(200) != sorted(closing_delays(200))
