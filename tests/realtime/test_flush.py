"""Authors are answered first; then all subscribers get the events in one order, with one write for a batch."""

import asyncio
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.engine import topics
from realtime.engine.topic_subscribers import TopicSubscribers
from realtime.engine.topics import Later, command
from realtime.shared import threads
from realtime.shared.batches import Batches
from realtime.shared.events import Event
from tests.realtime.conftest import NoteTopic, write_note


class Listener:
    """The part of a connection that a topic's subscribers use."""

    user_id = 1

    def __init__(self, since):
        self.since = since
        self.texts = []
        self.transport = self
        self.has_backlog = False
        self.buffered = 0

    def send(self, frames):
        for frame in frames:
            self.write(frame.text)

    def write(self, text):
        self.texts += [json.loads(line) for line in text.split("\n")]

    def received(self, type):
        return [line.get("seq", line["data"]) for line in self.texts if line["type"] == type]


STEPS = st.one_of(
    st.sampled_from(["tell", "type", "distribute"]),
    st.tuples(st.sampled_from(["slow", "join", "leave"]), st.integers(0, 1)),
)


@given(st.lists(STEPS, min_size=5, max_size=60))
def test_all_subscribers_get_all_events_once_and_in_order(steps):
    subscribers, seq, typed = TopicSubscribers("note.1"), 0, 0
    subscribers.skip_to(0)
    there: dict[int, Listener] = {}
    for step in [("join", 0), *steps, "distribute"]:
        match step:
            case "tell":
                seq += 1
                subscribers.add(*subscribers.accept(Event("note.1", "note", {}, seq=seq)))
            case "type":
                typed += 1
                subscribers.add(Event("note.1", "typing", typed))
            case "distribute":
                subscribers.distribute()
            case "slow", number if number in there:
                there[number].has_backlog = not there[number].has_backlog
            case "join", number if number not in there:
                newcomer = there[number] = Listener(seq)
                subscribers.joiners[newcomer] = seq
            case "leave", number if number in there:
                listener = there.pop(number)
                subscribers.listeners.discard(listener)
                subscribers.joiners.pop(listener, None)
    for listener in there.values():
        assert listener.received("note") == list(range(listener.since + 1, seq + 1))
        numbers = listener.received("typing")
        assert numbers == list(range(typed - len(numbers) + 1, typed + 1))


@pytest.fixture
async def two(client):
    """Connections of Ada and Bob, which are subscribed to the notes."""
    ada, bob = client(1), client(2)
    for one in (ada, bob):
        await one.subscribes()
    return ada, bob


def publish_notes(hub, *seqs):
    for seq in seqs:
        hub.publish([Event("note.1", "note", {}, seq=seq)])


async def test_events_of_one_turn_are_written_together(hub, two):
    ada, bob = two
    writes = bob.transport.writes
    publish_notes(hub, 1, 2)
    publish_notes(hub, 3)
    assert bob.transport.seqs() == []
    await asyncio.gather(ada.hears(3), bob.hears(3))
    assert ada.transport.seqs() == bob.transport.seqs() == [1, 2, 3]
    assert bob.transport.writes == writes + 1


async def test_a_new_subscriber_gets_ephemeral_events_of_the_same_turn(hub, client):
    """Presence that changes in that turn is not published again before its next change."""
    ada = client(1)
    subscribing = asyncio.create_task(ada.subscribes())
    while "note.1" not in ada.connection.topics:  # noqa: ASYNC110 the very turn counts
        await asyncio.sleep(0)
    hub.publish([Event("note.1", "typing", {"name": "bob"})])
    await subscribing
    assert (await ada.transport.until(lambda line: line.get("type") == "typing"))["data"] == {"name": "bob"}


class Write(msgspec.Struct):
    text: str


class StoringTopic(NoteTopic):
    """Notes that are stored as in an app: in batches, or each by itself."""

    groups: Batches

    @command("group", Write)
    async def group(self, session, data):
        return Later(lambda done: self.groups.begin(data.text, done))

    @command("alone", Write)
    async def alone(self, session, data):
        return {"seq": (await threads.write(write_note, data.text)).seq}


@pytest.fixture
async def storing(hub):
    topics.register(StoringTopic)
    StoringTopic.groups = Batches(threads.writer, store_all, 10)
    yield StoringTopic
    topics.register(NoteTopic)


def store_all(texts):
    return [{"seq": write_note(text).seq} for text in texts]


@pytest.mark.parametrize("type", ["group", "alone"])
async def test_an_author_is_answered_before_the_event_is_delivered(storing, two, type):
    ada, bob = two
    for number in range(1, 4):
        reply = await ada.asks(type, "note.1", text=f"note {number}")
        assert reply["ok"] == {"seq": number}
        await asyncio.gather(ada.hears(number), bob.hears(number))
    lines = [line for line in ada.transport.lines if line.get("ref", 0) > 1 or "seq" in line]
    assert ["ok" if "ok" in line else "note" for line in lines] == ["ok", "note"] * 3


async def test_a_batch_is_answered_and_delivered_in_one_turn(storing, two):
    ada, bob = two
    writes = bob.transport.writes
    for number in range(2, 7):
        await ada.commands.receive(
            json.dumps({"ref": number, "type": "group", "topic": "note.1", "data": {"text": f"note {number}"}})
        )
    await asyncio.gather(ada.hears(5), bob.hears(5))
    assert bob.transport.writes == writes + 1
    refs = [line["ref"] for line in ada.transport.lines if line.get("ref", 0) > 1]
    assert refs == [2, 3, 4, 5, 6]


async def test_events_of_long_work_are_delivered_before_its_end(two, monkeypatch):
    """Ten thousand people are notified in one job, and the first need not wait for the last."""
    monkeypatch.setattr("realtime.shared.publications.MOST_HELD", 2)
    ada, _ = two
    loop, received = asyncio.get_running_loop(), []

    def work():
        for number in range(4):
            write_note(f"note {number}")
        done = asyncio.run_coroutine_threadsafe(ada.hears(4), loop)
        received.append(done.result(5)["seq"])

    await threads.write(work)
    assert received == [4]
    assert ada.transport.seqs() == [1, 2, 3, 4]
