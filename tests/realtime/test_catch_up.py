"""Events that many clients missed are read once, and never more than a client may be sent."""

import asyncio
from itertools import pairwise

import pytest

from realtime.conf import limits
from realtime.engine import catch_up
from realtime.engine.catch_up import TICK_SECONDS, read_group
from realtime.engine.missed import COUNTED_BYTES, MissedRequest
from realtime.shared import threads
from realtime.shared.rate_limit import ProcessRateLimit
from tests.realtime.conftest import MemoTopic, NoteTopic, write_note


async def test_in_a_rush_one_read_in_a_tick_serves_all(hub, client, writes, monkeypatch):
    await writes("missed")
    reads = []
    read_group = hub.catch_up._reads._service
    monkeypatch.setattr(
        hub.catch_up._reads,
        "_service",
        lambda requests: reads.append((hub.loop.time(), len(requests))) or read_group(requests),
    )
    monkeypatch.setattr(catch_up, "RUSH_REQUESTS", 3)
    hub.catch_up._arrivals = catch_up.deque([hub.loop.time()] * 3, maxlen=3)
    coming = []
    while len(coming) < 30:
        coming.append(asyncio.create_task(client(len(coming) % 15 + 20).subscribes(after=0)))
        await asyncio.sleep(0)  # one turn of the loop, so that they do not all come in the same one
    answers = await asyncio.gather(*coming)
    assert answers == [{"head": 1}] * 30
    assert sum(count for _, count in reads) == 30
    for (earlier, _), (later, _) in pairwise(reads):
        assert int(later / TICK_SECONDS) > int(earlier / TICK_SECONDS)


async def test_a_single_request_waits_for_no_tick(hub, client, writes, monkeypatch):
    monkeypatch.setattr(catch_up, "TICK_SECONDS", 1_000)
    await writes("missed")
    assert await client(1).subscribes(after=0) == {"head": 1}


async def test_nothing_more_is_read_above_the_limit_of_bytes(client, writes, monkeypatch):
    monkeypatch.setattr(limits, "CATCH_UP_BYTES", 1000)
    names = ["note.1", "note.2", "note.3"]
    for name in names:
        await writes("x" * 2000, topic=name)
    ada = client(1)
    reply = await ada.asks("subscribe", topics=dict.fromkeys(names, 0), epoch=ada.hub.epoch)
    assert all(topic["reset"] for topic in reply["ok"]["topics"].values())
    assert NoteTopic.reads == 1


async def test_many_topics_are_measured_together_and_read_together(client, writes):
    names = [f"memo.{number}" for number in range(1, 41)]
    for name in names:
        await writes(f"in {name}", topic=name)
    ada = client(1)
    reply = await ada.asks("subscribe", topics=dict.fromkeys(names, 0), epoch=ada.hub.epoch)
    assert reply["ok"]["topics"] == {name: {"head": 1} for name in names}
    assert [line["data"]["text"] for line in ada.transport.lines if line.get("type") == "note"] == [
        f"in {name}" for name in names
    ]
    assert (len(MemoTopic.measured), len(MemoTopic.read)) == (1, 1)


async def test_too_many_missed_events_are_not_read(client, writes, monkeypatch):
    monkeypatch.setattr(limits, "CATCH_UP_EVENTS", 3)
    for number in range(4):
        await writes(f"note {number}", topic="memo.1")
    await writes("x" * (limits.CATCH_UP_BYTES + 1), topic="memo.2")
    ada = client(1)
    reply = await ada.asks("subscribe", topics={"memo.1": 0, "memo.2": 0, "memo.3": 0}, epoch=ada.hub.epoch)
    assert reply["ok"]["topics"]["memo.1"] == {"head": 4, "reset": True}
    assert reply["ok"]["topics"]["memo.2"] == {"head": 1, "reset": True}
    assert MemoTopic.read == []


async def test_of_many_topics_no_more_is_read_than_a_person_may_have(hub, client, writes, monkeypatch):
    names = [f"memo.{number}" for number in range(1, 6)]
    lines = [len((await writes("x" * 400, topic=name)).line) for name in names]
    monkeypatch.setattr(limits, "CATCH_UP_BYTES", sum(lines[:2]) + 10)
    ada = client(1)
    reply = await ada.asks("subscribe", topics=dict.fromkeys(names, 0), epoch=hub.epoch)
    assert [name for name, answer in reply["ok"]["topics"].items() if "reset" not in answer] == names[:2]
    assert MemoTopic.read == [{1: 0, 2: 0}]


async def test_a_client_that_missed_little_is_served_beside_one_that_missed_too_much(hub, monkeypatch):
    monkeypatch.setattr(limits, "CATCH_UP_EVENTS", 5)
    await threads.write(lambda: [write_note(str(number), topic="memo.1") for number in range(20)])
    requests = [
        MissedRequest(user_id, {"memo.1": after}) for user_id, after in enumerate((0, 3, 14, 15, 16, 19), start=1)
    ]
    answers = await threads.read(read_group, requests)
    counts = [None if answer["memo.1"].events is None else len(answer["memo.1"].events) for answer in answers]
    assert counts == [None, None, None, 5, 4, 1]
    assert MemoTopic.read == [{1: 15}]
    assert len(MemoTopic.measured) <= 4


async def test_topics_that_were_only_counted_cost_a_person_little(hub, client, writes, monkeypatch):
    monkeypatch.setattr(limits, "CATCH_UP_EVENTS", 1)
    hub.catch_up.bytes = ProcessRateLimit(1, 1, burst=20 * COUNTED_BYTES)
    names = [f"memo.{number}" for number in range(1, 16)]
    for name in names * 2:
        await writes("missed", topic=name, name=f"{name} {len(NoteTopic.notes.get(name, ()))}")
    ada = client(1)
    reply = await ada.asks("subscribe", topics=dict.fromkeys(names, 0), epoch=hub.epoch)
    assert reply["ok"]["topics"] == {name: {"head": 2, "reset": True} for name in names}
    assert await ada.subscribes() == {"head": 0}


@pytest.mark.parametrize("missed", ["x" * 40_000, "x" * 2_000_000], ids=["sent", "too large"])
async def test_catch_ups_of_a_user_are_counted_over_all_connections(hub, client, writes, missed):
    hub.catch_up.bytes = ProcessRateLimit(100, 1, burst=10_000)
    await writes(missed)
    assert "head" in await client(1).subscribes(after=0)
    refused = await client(1).asks("subscribe", topics={"note.1": 0}, epoch=hub.epoch)
    assert refused["error"]["code"] == "rate_limited"
    assert 0 < refused["error"]["retry_after"] <= 200  # at most one burst is owed
    assert await client(2).subscribes() == {"head": 1}


async def test_a_catch_up_without_events_costs_nothing(hub, client, writes):
    hub.catch_up.bytes = ProcessRateLimit(100, 1)
    await writes("x" * 40_000)
    ada = client(1)
    for after in (None, 1, 1, None):
        assert await ada.subscribes(after=after) == {"head": 1}


async def test_large_answers_are_given_one_after_the_other(hub, client, writes):
    await writes("x" * 100_000)
    handed_out = []
    clients = [client(number) for number in range(1, 6)]

    async def catches_up(person):
        await person.subscribes(after=0)
        handed_out.append(hub.loop.time())

    await asyncio.gather(*(catches_up(person) for person in clients))
    assert all(later - earlier >= catch_up.REST_SECONDS / 2 for earlier, later in pairwise(sorted(handed_out)))
