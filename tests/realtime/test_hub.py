"""The hub with seqs in a real database: no event is lost or delivered twice, and all have one order."""

import asyncio
import threading

import pytest
from django.db import OperationalError

from realtime.conf import limits
from realtime.shared.events import Event
from tests.realtime.conftest import STRANGER, NoteTopic


async def test_a_subscriber_gets_new_events(client, writes):
    ada = client(1)
    assert await ada.subscribes() == {"head": 0}
    await writes("hi")
    assert (await ada.hears(1))["data"] == {"text": "hi"}


async def test_missed_events_come_before_the_reply(client, writes):
    for text in "abc":
        await writes(text)
    ada = client(1)
    assert await ada.subscribes(after=1) == {"head": 3}
    assert ada.transport.seqs() == [2, 3]
    assert ada.transport.lines[-2].get("seq") == 3 or ada.transport.lines[-1].get("ref") == 1


async def test_without_a_cursor_only_new_events_come(client, writes):
    await writes("old")
    ada = client(1)
    assert await ada.subscribes() == {"head": 1}
    await writes("new")
    await ada.hears(2)
    assert ada.transport.seqs() == [2]


@pytest.mark.parametrize("after, epoch", [(5, None), (0, "another"), (1, "")])
async def test_a_cursor_that_is_not_believable_starts_over(client, writes, after, epoch):
    await writes("a")
    await writes("b")
    answer = await client(1).subscribes(after=after, epoch=epoch)
    assert answer == {"head": 2, "reset": True}


async def test_too_much_starts_over(client, writes, monkeypatch):
    monkeypatch.setattr(limits, "CATCH_UP_EVENTS", 3)
    for text in "abcde":
        await writes(text)
    assert await client(1).subscribes(after=1) == {"head": 5, "reset": True}
    assert await client(2).subscribes(after=2) == {"head": 5}


async def test_too_many_bytes_start_over(client, writes, monkeypatch):
    monkeypatch.setattr(limits, "CATCH_UP_BYTES", 1000)
    await writes("x" * 2000)
    assert await client(1).subscribes(after=0) == {"head": 1, "reset": True}


async def test_overtaken_states_are_skipped_and_said_so(client, writes):
    ada = client(1)
    await ada.subscribes()
    await writes("first", name="one")
    await ada.hears(1)
    await writes("second", name="two", is_published=False)
    await writes("second, mended", name="two", is_published=False)
    await writes("third", name="three")
    line = await ada.hears(4)
    assert ada.transport.seqs() == [1, 3, 4]
    assert next(line for line in ada.transport.lines if line.get("seq") == 3)["prev"] == 1
    assert "prev" not in line


async def test_a_hole_is_mended_from_the_database_once_for_everybody(client, writes):
    people = [client(id) for id in range(1, 6)]
    for person in people:
        await person.subscribes()
    reads = NoteTopic.reads
    await writes("lost", is_published=False)
    await writes("delivered")
    for person in people:
        await person.hears(2)
        assert person.transport.seqs() == [1, 2]
    assert NoteTopic.reads == reads + 1


async def test_an_event_caused_in_another_process_is_counted_here(hub, monkeypatch):
    counted = []
    monkeypatch.setattr(NoteTopic, "count_elsewhere", counted.append)
    for topic, by in (("note.1", 7), ("note.1", None), ("gone.1", 7)):
        event = Event(topic, "note", {"text": "hi"}, seq=1, by=by)
        hub.receive({"type": "hub.publication", "from": "another", "events": [event.for_the_bus()]})
    assert counted == [7]


async def test_unpublished_events_are_found_by_the_heads(client, writes, monkeypatch):
    monkeypatch.setattr(limits, "HEADS_SECONDS", 0.05)
    ada = client(1)
    await ada.subscribes()
    await writes("written by another process", is_published=False)
    await ada.hears(1)


async def test_a_gap_too_large_shows_in_the_next_event(hub, client, writes, monkeypatch):
    """For a client that has not seen the gap, the next seq does not follow; it subscribes again and gets `reset`."""
    monkeypatch.setattr(limits, "CATCH_UP_EVENTS", 2)
    ada = client(1)
    await ada.subscribes()
    for text in "abcd":
        await writes(text, is_published=False)
    await writes("e")
    await ada.transport.until(lambda line: line.get("type") == "heartbeat")
    await writes("f")
    event = await ada.hears(6)
    assert event.get("prev", 5) == 5
    assert (await ada.subscribes(after=0))["reset"]


async def test_a_gap_is_not_skipped_before_permissions_are_read(client, writes, monkeypatch):
    """The database fails between the two reads: nothing is delivered until it works again."""
    monkeypatch.setattr(limits, "CATCH_UP_EVENTS", 2)
    monkeypatch.setattr(limits, "HEADS_SECONDS", 0.05)
    ada, bob = client(1), client(2)
    for one in (ada, bob):
        await one.subscribes()
    asked = threading.Event()

    def fail():
        asked.set()
        raise OperationalError("the server closed the connection")

    NoteTopic.judging = fail
    await writes("bob is removed", removes=(2,), is_published=False)
    for text in "abc":
        await writes(text, is_published=False)
    await writes("d")
    assert await asyncio.to_thread(asked.wait, 5)
    await ada.asks("ping")
    assert ada.transport.seqs() == bob.transport.seqs() == []
    NoteTopic.judging = lambda: None
    await ada.transport.until(lambda line: line.get("type") == "heartbeat")
    await writes("f")
    await ada.hears(6)
    assert bob.transport.seqs() == []


@pytest.mark.parametrize("limit", ["CATCH_UP_EVENTS", "CATCH_UP_BYTES"])
async def test_a_user_removed_in_a_skipped_gap_receives_nothing_more(hub, client, writes, monkeypatch, limit):
    monkeypatch.setattr(limits, limit, 2)
    ada, bob = client(1), client(2)
    for one in (ada, bob):
        await one.subscribes()
    await writes("bob is removed", removes=(2,), is_published=False)
    for text in "abc":
        await writes(text, is_published=False)
    await writes("d")
    await ada.transport.until(lambda line: line.get("type") == "heartbeat")
    assert await bob.transport.until(lambda line: line.get("type") == "removed")
    await writes("e")
    await ada.hears(6)
    assert bob.transport.seqs() == []
    assert "note.1" not in bob.connection.joins


async def test_a_hole_too_large_shows_in_a_heartbeat(client, writes, monkeypatch):
    monkeypatch.setattr(limits, "CATCH_UP_EVENTS", 2)
    ada = client(1)
    await ada.subscribes()
    for text in "abcd":
        await writes(text, is_published=False)
    await writes("e")
    heartbeat = await ada.transport.until(lambda line: line.get("type") == "heartbeat")
    assert heartbeat["data"]["heads"]["note.1"] >= 4
    assert (await ada.subscribes(after=0))["reset"]


async def test_joining_while_others_write_loses_nothing(hub, client, writes):
    """Clients subscribe with every possible cursor while another task writes as fast as it can."""
    written = asyncio.create_task(_write_many(writes, 60))
    people = []
    while not written.done():
        person = client(len(people) % 15 + 20)
        people.append((person, await person.subscribes(after=0)))
        if len(people) == 15:
            break
    await written
    for person, answer in people:
        await person.hears(60)
        assert answer["head"] <= 60
        assert person.transport.seqs() == list(range(1, 61))


async def _write_many(writes, count):
    for number in range(count):
        await writes(f"note {number}")


async def test_forbidden_and_missing_topics_look_the_same(client):
    stranger = client(STRANGER)
    refused = await stranger.subscribes()
    assert refused["error"]["code"] == "not_found"
    assert refused == await client(1).subscribes(topic="nothing.1")


@pytest.mark.parametrize("name", ["note.01", "note.", "note.x", "nothing.1", "note.²", "note." + "9" * 30, "", "."])
async def test_a_name_that_cannot_be_is_not_found(hub, client, name):
    assert (await client(1).subscribes(topic=name))["error"]["code"] == "not_found"
    assert not hub.subscribers


async def test_a_removed_user_gets_that_event_and_none_after_it(client, writes):
    ada, bob = client(1), client(2)
    await ada.subscribes()
    await bob.subscribes()
    await asyncio.gather(writes("before"), writes("bob is removed", removes=(2,)), writes("after"))
    await ada.hears(3)
    removal = NoteTopic.notes["note.1"]["bob is removed"].seq
    assert ada.transport.seqs() == [1, 2, 3]
    assert bob.transport.seqs() == list(range(1, removal + 1))
    assert "note.1" not in bob.connection.topics


async def test_a_group_without_subscribers_is_left(hub, client):
    ada, bob = client(1), client(2)
    await ada.subscribes()
    await bob.subscribes()
    ada.connection.end()
    assert "note.1" in hub.subscribers
    await bob.asks("unsubscribe", topics=["note.1"])
    assert not hub.subscribers
    bob.connection.end()
    assert not hub.connections
    assert not hub.people
    assert not hub.addresses


async def test_a_head_from_another_process_is_enough_to_read_missed_events(hub, client, writes):
    ada = client(1)
    await ada.subscribes()
    await writes("written by another process", is_published=False)
    hub.receive({"type": "hub.heads", "from": "another", "heads": {"note.1": 1, "note.2": 7}})
    await ada.hears(1)


async def test_a_publication_of_another_process_reaches_the_subscribers_of_its_topics(hub, client):
    ada, bob = client(1), client(2)
    await ada.subscribes()
    await bob.subscribes(topic="note.2")
    there = [Event(topic, "note", {"text": topic}, seq=1) for topic in ("note.2", "note.3", "note.1")]
    hub.receive({"type": "hub.publication", "from": "another", "events": [event.for_the_bus() for event in there]})
    assert (await ada.hears(1))["data"] == {"text": "note.1"}
    assert (await bob.hears(1, "note.2"))["data"] == {"text": "note.2"}
    assert ada.transport.seqs("note.2") == bob.transport.seqs("note.1") == []
    assert set(hub.subscribers) == {"note.1", "note.2"}


@pytest.mark.parametrize("of", ["another version", "its own"])
async def test_a_message_that_is_not_for_this_process_is_ignored(hub, client, of):
    ada = client(1)
    await ada.subscribes()
    type, sender = ("hub.publication", hub.id) if of == "its own" else ("hub.of_another_version", "another")
    hub.receive({"type": type, "from": sender, "events": [Event("note.1", "note", {}, seq=1).for_the_bus()]})
    await ada.asks("ping")
    assert ada.transport.seqs() == []
