"""Who wrote is answered at once; what is new goes out to everybody else together. The order stays one."""

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime import hub as hubs
from realtime.events import Event
from realtime.feed import Feed


class Listener:
    """As much of a session as a feed sees."""

    user_id = 1
    transport = type("Transport", (), {"is_slow": False, "buffered": 0})

    def __init__(self, since):
        self.since = since
        self.topics = {"note.1"}
        self.texts = []

    def put(self, text, waiting):
        self.texts += [json.loads(line) for line in text.split("\n")]

    def heard(self, type):
        return [line.get("seq", line["data"]) for line in self.texts if line["type"] == type]


STEPS = st.one_of(
    st.sampled_from(["tell", "type", "distribute"]),
    st.tuples(st.sampled_from(["hurry", "join", "leave"]), st.integers(0, 1)),
)


@given(st.lists(STEPS, min_size=5, max_size=60))
def test_whoever_is_hurried_hears_everything_once_and_in_order(steps):
    feed, seq, typed = Feed("note.1"), 0, 0
    feed.skip_to(0)
    there: dict[int, Listener] = {}
    for step in [("join", 0), *steps, "distribute"]:
        match step:
            case "tell":
                seq += 1
                feed.tell(*feed.accept(Event("note.1", "note", {}, seq=seq)))
            case "type":
                typed += 1
                feed.tell(Event("note.1", "typing", typed))
            case "distribute":
                feed.distribute([])
            case "hurry", number if number in there:
                feed.hurry(there[number], [])
            case "join", number if number not in there:
                newcomer = there[number] = Listener(seq)
                feed.joiners[newcomer] = seq
                feed.hurry(newcomer, [])  # with the reply
            case "leave", number if number in there:
                feed.listeners.discard(there.pop(number))
    for listener in there.values():
        assert listener.heard("note") == list(range(listener.since + 1, seq + 1))
        told = listener.heard("typing")
        assert told == list(range(typed - len(told) + 1, typed + 1))


@pytest.fixture
async def two(hub, client, monkeypatch):
    """Ada's and Bob's links, in a hub that has just told both of note 1 and rests."""
    monkeypatch.setattr(hubs, "REST", 1e9)
    monkeypatch.setattr(hubs, "MOST_REST_SECONDS", 0.2)
    ada, bob = client(1), client(2)
    for one in (ada, bob):
        await one.subscribes()
    tell(hub, 1)
    for one in (ada, bob):
        await one.hears(1)
    return ada, bob


def tell(hub, *seqs):
    for seq in seqs:
        hub.publish([Event("note.1", "note", {}, seq=seq)])


async def test_who_is_answered_hears_what_waits_in_the_same_write(hub, two):
    ada, bob = two
    writes = ada.transport.writes
    tell(hub, 2)
    ada.session.write('{"ref":99,"ok":{}}')
    await ada.hears(2)
    assert [line.get("ref", line.get("seq")) for line in ada.transport.lines[-2:]] == [99, 2]
    assert ada.transport.writes == writes + 1
    assert bob.transport.seqs() == [1]
    await bob.hears(2)
    assert ada.transport.seqs() == [1, 2]


async def test_what_comes_while_the_hub_rests_goes_out_together(hub, two):
    ada, bob = two
    writes = bob.transport.writes
    tell(hub, 2, 3)
    await ada.asks("ping")
    tell(hub, 4)
    await asyncio.gather(ada.hears(4), bob.hears(4))
    assert ada.transport.seqs() == bob.transport.seqs() == [1, 2, 3, 4]
    assert bob.transport.writes == writes + 1


async def test_a_newcomer_waits_for_no_rest(hub, client, two):
    tell(hub, 2)
    eve = client(3)
    await eve.subscribes()
    assert eve.session in hub.feeds["note.1"].listeners
    tell(hub, 3)
    await eve.hears(3)
    assert eve.transport.seqs()[-1] == 3
