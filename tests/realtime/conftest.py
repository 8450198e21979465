"""Fixtures for tests of the engine alone, with a kind of topic of their own: durable notes on `note.1`."""

import asyncio
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import ClassVar, NamedTuple

import pytest
from django.db import transaction

from realtime.engine import sequences, topics
from realtime.engine.commands import Commands
from realtime.engine.connection import Connection
from realtime.engine.lifecycle import get_hub, stop
from realtime.engine.publish import publish
from realtime.engine.topics import Topic
from realtime.shared import threads
from realtime.shared.events import Event

STRANGER = 13
PATIENCE_SECONDS = 5
signed_out: set[str] = set()  # session keys that are no longer valid


class NoteTopic(Topic):
    """Notes that may be written again, which replaces their earlier state, as with an edited message."""

    prefix = "note"
    presence = True
    notes: ClassVar[dict[str, dict[str, Event]]] = {}
    reads: ClassVar[int] = 0
    judging: ClassVar[Callable[[], None]] = staticmethod(lambda: None)
    reading: ClassVar[Callable[[], None]] = staticmethod(lambda: None)

    @classmethod
    def begin(cls):
        """Forget the notes of other tests."""
        cls.notes, cls.reads = {}, 0
        cls.judging = cls.reading = staticmethod(lambda: None)

    @classmethod
    def authorize(cls, pairs):
        """Refuse the stranger, and users whom a note removes. `judging` is called first, in the same thread."""
        cls.judging()
        gone = {(user_id, name) for name in cls.notes for user_id in cls.removed_from(name)}
        return {
            (user_id, id)
            for user_id, id in pairs
            if user_id != STRANGER and (user_id, f"{cls.prefix}.{id}") not in gone
        }

    @classmethod
    def removed_from(cls, name):
        return {user_id for event in cls.notes[name].values() for user_id in event.removes}

    def missed(self, after, limit):
        type(self).reads += 1
        type(self).reading()
        events = [event for event in self.notes.get(self.name, {}).values() if event.seq > after]
        return None if len(events) > limit else sorted(events, key=lambda event: event.seq)


class MemoTopic(NoteTopic):
    """Notes on `memo.1`, of a kind with `reads_many`. `measured` and `read` record the cursors of each call."""

    prefix = "memo"
    reads_many = True
    measured: ClassVar[list[dict]] = []
    read: ClassVar[list[dict]] = []
    missed = Topic.missed

    @classmethod
    def begin(cls):
        cls.measured, cls.read = [], []

    @classmethod
    def measure_missed(cls, cursors, limit):
        cls.measured.append(cursors)
        found = {id: cls.above(id, after) for id, after in cursors.items()}
        return {id: None if len(some) > limit else sum(len(each.line) for each in some) for id, some in found.items()}

    @classmethod
    def missed_many(cls, cursors):
        cls.read.append(cursors)
        return {id: cls.above(id, after) for id, after in cursors.items()}

    @classmethod
    def above(cls, id, after):
        events = [event for event in cls.notes.get(cls.name_of(id), {}).values() if event.seq > after]
        return sorted(events, key=lambda event: event.seq)


class Recorder:
    """A transport that keeps the frames for the client. `stalled`: the client reads nothing."""

    name = "recorder"
    socket = -1
    deflates = False

    def __init__(self):
        self.lines = []
        self.writes = 0
        self.buffered = 0
        self.stalled = False
        self.closed_with = None
        self.arrived = asyncio.Event()

    @property
    def has_backlog(self):
        return self.stalled

    def send(self, frames):
        self.writes += 1
        for frame in frames:
            if self.stalled:
                self.buffered += len(frame.text)
            self.lines += [json.loads(line) for line in frame.text.split("\n")]
        self.arrived.set()

    def close(self, code):
        self.closed_with = code
        self.arrived.set()

    async def until(self, condition):
        """Return the first line for which `condition` holds, now or later."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                for line in self.lines:
                    if condition(line):
                        return line
                self.arrived.clear()
                await self.arrived.wait()

    async def until_closed(self):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.closed_with is None:
                self.arrived.clear()
                await self.arrived.wait()

    def seqs(self, topic="note.1"):
        return [line["seq"] for line in self.lines if line.get("topic") == topic and "seq" in line]


class Badge(NamedTuple):
    """The credentials of a connection."""

    user_id: int
    session_key: str | None
    token_id: int | None


class Client:
    """A connection, with the commands that tests send on it."""

    def __init__(self, hub, user_id, **credentials):
        self.transport = Recorder()
        mine = Badge(**({"user_id": user_id, "session_key": f"key-{user_id}", "token_id": None} | credentials))
        self.hub = hub
        self.connection = Connection(hub.id, self.transport, SimpleNamespace(id=user_id), mine, "127.0.0.1")
        self.connection.user = {"id": user_id}
        self.commands = Commands(hub, self.connection)
        self.commands.begin()
        self.ref = 0

    async def asks(self, type, topic=None, **data):
        """Send a command, and return its reply."""
        self.ref += 1
        ref = self.ref
        frame = {"ref": ref, "type": type, "data": data} | ({"topic": topic} if topic else {})
        await self.commands.receive(json.dumps(frame))
        return await self.transport.until(lambda line: line.get("ref") == ref)

    async def subscribes(self, after=None, topic="note.1", epoch=None):
        epoch = self.hub.epoch if epoch is None else epoch
        reply = await self.asks("subscribe", topics={topic: after}, epoch=epoch)
        return reply["ok"]["topics"][topic]

    async def hears(self, seq, topic="note.1"):
        return await self.transport.until(lambda line: line.get("topic") == topic and line.get("seq") == seq)


def write_note(text, *, name=None, topic="note.1", is_published=True, removes=()):
    """Write a note, and return its event. With `is_published=False` it is not published, as if the bus had lost it."""
    with transaction.atomic():
        seq = sequences.next_values({topic: 1})[topic][0]
        event = Event(topic, "note", {"text": text}, seq=seq, removes=removes)
        NoteTopic.notes.setdefault(topic, {})[name or text] = event
        if is_published:
            publish([event])
    return event


def find_ended(credentials):
    """Find ended sign-ins, in place of the site's own function."""
    return {each for each in credentials if each.session_key in signed_out}


@pytest.fixture
async def hub(transactional_db, settings):
    """The hub of this test's loop, with the topics of notes registered."""
    settings.REALTIME_CREDENTIALS = "tests.realtime.conftest.find_ended"
    signed_out.clear()
    NoteTopic.begin()
    MemoTopic.begin()
    topics.register(NoteTopic, MemoTopic)
    hub = await get_hub()
    yield hub
    await stop(hub)
    await asyncio.to_thread(threads.close_connections)


@pytest.fixture
def client(hub):
    return lambda user_id, **credentials: Client(hub, user_id, **credentials)


@pytest.fixture
def writes():
    """A function that writes a note from another thread, as a view or the writer does."""

    async def write(text, **how):
        return await threads.write(lambda: write_note(text, **how))

    return write
