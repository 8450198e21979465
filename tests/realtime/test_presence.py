"""Presence costs as much as has changed, and no turn of the loop publishes everything to everybody."""

import asyncio

import pytest

from realtime.conf import limits
from realtime.engine import presence
from realtime.engine.presence import Presence
from realtime.engine.present_users import PresentUsers

STATES = ["online", "away", "quiet"]


class Connection:
    def __init__(self, user_id):
        self.user_id = user_id


@pytest.fixture
def recounts(monkeypatch):
    """The numbers of connections that were counted again, for all recounts."""
    found = []
    recount = PresentUsers.recount

    def record(users, connections):
        connections = list(connections)
        found.append(len(connections))
        recount(users, connections)

    monkeypatch.setattr(PresentUsers, "recount", record)
    return found


@pytest.fixture
def tick(hub, monkeypatch):
    """A function that begins a second of presence, in place of the hub's own timer."""
    monkeypatch.setattr(hub.presence, "tick", lambda: None)

    def tick():
        Presence.tick(hub.presence)
        hub.flush()

    return tick


def presence_of(person, topic="note.1"):
    """Return the presence events that a client received, in order."""
    return [
        line["data"] for line in person.transport.lines if line.get("type") == "presence" and line["topic"] == topic
    ]


async def test_a_joiner_is_counted_without_a_recount(client, tick, recounts):
    first = client(1)
    await first.subscribes()
    tick()
    recounts.clear()
    for number in range(2, 12):
        await client(number).subscribes()
    tick()
    await first.transport.until(lambda line: line.get("type") == "presence" and "11" in line["data"]["users"])
    assert recounts == []
    assert presence_of(first)[-1] == {"users": {str(number): "online" for number in range(2, 12)}, "all": False}


async def test_joiners_of_a_second_share_the_same_frames(client, tick, monkeypatch):
    ada, bob, eve = client(1), client(2), client(3)
    await ada.subscribes()
    tick()
    encoded = []
    event = presence.Presence._event
    monkeypatch.setattr(
        presence.Presence,
        "_event",
        staticmethod(lambda name, people, **more: encoded.append(dict(people)) or event(name, people, **more)),
    )
    await bob.subscribes()
    await eve.subscribes()
    assert presence_of(bob)[:2] == [{"users": {"1": "online"}, "all": True}, {"users": {"2": "online"}, "all": False}]
    assert presence_of(eve)[:2] == [{"users": {"1": "online"}, "all": True}, {"users": {"3": "online"}, "all": False}]
    assert encoded.count({1: "online"}) == 1


async def test_a_second_connection_of_a_person_is_no_news(client, tick):
    ada, bob = client(1), client(2)
    await ada.subscribes()
    await bob.subscribes()
    tick()
    await ada.asks("ping")
    before = presence_of(ada)
    await client(2).subscribes()
    tick()
    await ada.asks("ping")
    assert presence_of(ada) == before


async def test_many_changed_topics_are_published_over_several_turns(hub, client, tick, monkeypatch):
    monkeypatch.setattr(presence, "CONNECTIONS_A_TURN", 2)
    names = [f"note.{number}" for number in range(1, 6)]
    ada = client(1)
    await ada.asks("subscribe", topics=dict.fromkeys(names), epoch=hub.epoch)
    tells, done = [], asyncio.Event()
    is_published = hub.presence._publish_topic

    def record(name):
        tells.append(name)
        if len(tells) == len(names):
            done.set()
        return is_published(name)

    monkeypatch.setattr(hub.presence, "_publish_topic", record)
    tick()
    assert len(tells) == 2
    tick()  # a topic that still waits must not be queued twice
    await asyncio.wait_for(done.wait(), 5)
    assert sorted(tells) == names


async def test_a_topic_that_fails_does_not_stop_the_others(hub, client, tick, monkeypatch):
    ada = client(1)
    await ada.asks("subscribe", topics=dict.fromkeys(["note.1", "note.2"]), epoch=hub.epoch)
    tells, done = [], asyncio.Event()

    def fail_once(name):
        tells.append(name)
        if len(tells) == 1:
            raise RuntimeError("a mistake")
        done.set()
        return 1

    monkeypatch.setattr(hub.presence, "_publish_topic", fail_once)
    with pytest.raises(RuntimeError):
        tick()
    await asyncio.wait_for(done.wait(), 5)
    assert sorted(tells) == ["note.1", "note.2"]


async def test_a_connection_that_ended_unnoticed_is_gone_after_a_third_of_a_lease(hub, client, tick, monkeypatch):
    monkeypatch.setattr(limits, "PRESENCE_LEASE_SECONDS", 0)
    ada, bob = client(1), client(2)
    await ada.subscribes()
    await bob.subscribes()
    tick()
    assert presence_of(ada)[-1]["users"]["2"] == "online"
    bob.connection.forget("note.1")
    hub.subscribers["note.1"].listeners.discard(bob.connection)
    tick()
    assert presence_of(ada)[-1] == {"users": {"2": "offline"}, "all": False}


async def test_a_second_looks_at_no_topic_in_which_nothing_changed(hub, client, tick, monkeypatch):
    names = [f"note.{number}" for number in range(1, 21)]
    ada = client(1)
    await ada.asks("subscribe", topics=dict.fromkeys(names), epoch=hub.epoch)
    tick()
    looked_at = []
    for method in ("take_news", "forget_before"):
        monkeypatch.setattr(PresentUsers, method, lambda users, *_: looked_at.append(users))
    await client(2).subscribes()
    tick()
    assert len(looked_at) == 1


def test_counting_one_by_one_is_counting_all():
    users, counted = PresentUsers(), PresentUsers()
    connections = [(Connection(number % 7), STATES[number % 3]) for number in range(40)]
    for each in connections:
        users.add(*each)
    counted.recount(connections)
    assert users.here() == counted.here()
    assert users.take_news() == counted.take_news() == users.published
    counted.recount(connections[:5])
    assert counted.take_news() == {5: "offline", 6: "offline"} | {
        user_id: state for user_id, state in counted.published.items() if users.published[user_id] != state
    }
    assert not counted.take_news()


def test_the_most_present_word_of_all_processes_holds():
    users = PresentUsers()
    users.add(Connection(1), "away")
    users.take_others("other", 10.0, {1: "online", 2: "quiet"})
    assert users.take_news() == {1: "online", 2: "quiet"}
    users.take_others("other", 20.0, {2: "quiet"})
    assert users.take_news() == {1: "away"}
    assert not users.forget_before(20.0)
    assert users.forget_before(21.0)
    assert users.take_news() == {2: "offline"}
