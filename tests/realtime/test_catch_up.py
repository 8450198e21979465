"""What many missed is read once, and nobody has more read for them than they can be told."""

import asyncio
from itertools import pairwise

import pytest

from realtime import catch_up
from realtime.catch_up import TICK_SECONDS
from realtime.conf import limits
from realtime.rate_limit import Buckets
from tests.realtime.conftest import NoteTopic


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
    ada, coming = client(1), []
    while len(coming) < 30:
        coming.append(asyncio.create_task(client(len(coming) % 15 + 20).subscribes(after=0)))
        await ada.asks("ping")  # once round the loop and more: they do not come all at once
    answers = await asyncio.gather(*coming)
    assert answers == [{"head": 1}] * 30
    assert sum(count for _, count in reads) == 30
    for (earlier, _), (later, _) in pairwise(reads):
        assert int(later / TICK_SECONDS) > int(earlier / TICK_SECONDS)


async def test_who_comes_alone_waits_for_no_tick(hub, client, writes, monkeypatch):
    monkeypatch.setattr(catch_up, "TICK_SECONDS", 1_000)
    await writes("missed")
    assert await client(1).subscribes(after=0) == {"head": 1}


async def test_nothing_more_is_read_for_who_has_all_the_bytes_they_may_have(client, writes, monkeypatch):
    monkeypatch.setattr(limits, "CATCH_UP_BYTES", 1000)
    names = ["note.1", "note.2", "note.3"]
    for name in names:
        await writes("x" * 2000, topic=name)
    ada = client(1)
    reply = await ada.asks("subscribe", topics=dict.fromkeys(names, 0), epoch=ada.session.hub.epoch)
    assert all(topic["reset"] for topic in reply["ok"]["topics"].values())
    assert NoteTopic.reads == 1


@pytest.mark.parametrize("missed", ["x" * 40_000, "x" * 2_000_000], ids=["sent", "too large"])
async def test_what_a_person_catches_up_on_is_counted_over_all_links(hub, client, writes, missed):
    hub.catch_up.bytes = Buckets(per_second=100, burst=10_000)
    await writes(missed)
    assert "head" in await client(1).subscribes(after=0)
    refused = await client(1).asks("subscribe", topics={"note.1": 0}, epoch=hub.epoch)
    assert refused["error"]["code"] == "rate_limited"
    assert 0 < refused["error"]["retry_after"] <= 200  # a burst is owed at most
    assert await client(2).subscribes() == {"head": 1}


async def test_what_was_not_missed_costs_nothing(hub, client, writes):
    hub.catch_up.bytes = Buckets(per_second=100, burst=100)
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
