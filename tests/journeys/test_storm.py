"""Whatever happens to servers and lines: nothing is lost, nothing comes twice, and there is one order.

A storm is random. It prints its seed; STORM_SEED=n chooses another.
"""

import asyncio
import itertools
import os
import random

import pytest

from tests.journeys.places import SITES, UNLIMITED, make_room
from tests.journeys.stored import head_of, is_stored
from tests.journeys.storm import Outcast, Storm, Talker, Wanderer, Weather, all_messages

SEED = int(os.environ.get("STORM_SEED", "1"))
NAMES = ("ada", "bob", "eve", "tim", "wim", "out")
FAR_SECONDS = 0.005  # the database is in another building: what is asked one after the other can be overtaken
TALKS, KILLS, WANDERINGS = 25, 3, 6


@pytest.mark.timeout(180)
@pytest.mark.parametrize("kind", SITES)
async def test_in_a_storm_nothing_is_lost_and_nothing_comes_twice(sites, kind):
    print(f"STORM_SEED={SEED}")
    site = sites(**SITES[kind], proxied=kind == "two-processes", environment=UNLIMITED)
    if site.database_proxy:
        site.database_proxy.delays(FAR_SECONDS)
    people = [await site.person(name) for name in NAMES]
    room = await site.database(make_room, *(person.id for person in people))
    storm = Storm(site, room, random.Random(SEED))
    talkers = [Talker(storm, person) for person in people[:4]]
    wanderer = Wanderer(storm, people[4])
    outcast = Outcast(storm, people[5], talkers[0])
    everybody = [*talkers, wanderer, outcast]

    try:
        await rage(storm, talkers, wanderer, outcast)
        await settle(storm, everybody)
    finally:
        for each in everybody:
            await each.goes_away()

    postings = [posting for talker in talkers for posting in talker.postings]
    await is_stored(storm, postings)
    await is_shown_alike(storm, everybody)
    for talker in talkers:
        for first, second in talker.pipelined:
            assert first.acks[0]["seq"] < second.acks[0]["seq"]
    for one, other in itertools.permutations(postings, 2):
        if one.acked_at < other.sent_at:
            assert one.acks[0]["seq"] < other.acks[0]["seq"]
    assert outcast.leaks == []
    assert "Traceback" not in site.log


async def rage(storm, talkers, wanderer, outcast):
    """Let everything happen at once, until the talkers have said what they have to say."""
    await asyncio.gather(*(each.arrives() for each in (*talkers, wanderer, outcast)))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(Weather(storm, KILLS, TALKS * len(talkers)).rages())
        tasks.create_task(wanderer.wanders(WANDERINGS))
        tasks.create_task(outcast.is_thrown_out_and_back(WANDERINGS))
        await asyncio.gather(*(each.talks(TALKS) for each in talkers))
        storm.is_over = True


async def settle(storm, everybody):
    """All come back once more, and read up to the end."""
    head = await storm.site.database(head_of, storm.room)
    for each in everybody:
        await each.comes_back()
        await each.connection.reaches(storm.room, head)
        if each.connection.fetching:
            await each.connection.fetching


async def is_shown_alike(storm, everybody):
    """Everybody's events, in the order of their arrival, add up to what a new client fetches."""
    fetched = await all_messages(storm, everybody[0].person)
    assert len(fetched) > 50
    for each in everybody:
        seqs = [event["seq"] for event in each.connection.applied[storm.room]]
        assert all(one < other for one, other in itertools.pairwise(seqs)), each.person.username
        assert each.connection.messages(storm.room) == fetched, each.person.username
