"""Several workers on one port are one place: one may die, all may restart in turn, and nobody loses a word."""

import asyncio
import os
import signal
import time

import pytest

from tests.journeys.flood import Flood
from tests.journeys.places import UNLIMITED
from tests.journeys.stored import is_stored

TRIES = 100


@pytest.fixture
def site(sites):
    return sites(kind="workers", postgres=True, redis=True, environment=UNLIMITED)


@pytest.fixture
async def flood(site):
    """People on both workers."""
    flood = await Flood.of(site)
    await flood.arrives()
    await meets_both(flood)
    yield flood
    await flood.leaves()


async def meets_both(flood):
    """Connect again until there are people on each worker."""
    staff = await flood.storm.site.person("staff", is_staff=True, is_superuser=True)
    async with staff.connect() as office:
        await office.subscribe("connections.0")
        for _ in range(TRIES):
            processes = {await process_of(talker.connection, office) for talker in flood.talkers}
            if len(processes) == 2:
                return
            await flood.talkers[0].comes_back()
    raise AssertionError(f"one worker took all of {TRIES} connections")


async def process_of(connection, office):
    """Return the process that has a connection, as staff see it."""
    id = connection.hello["connection"]

    def find():
        for event in office.heard:
            if event["type"] == "connections" and id in [published["id"] for published in event["data"]["connections"]]:
                return event["data"]["process"]
        return None

    await office.does("connections.list", "connections.0")
    return await office._until(find, f"the process of {id}")


async def pours_while(flood, happens):
    """Let posts pour in while something happens to the server; all must be there afterwards, once."""
    pouring = asyncio.create_task(flood.pours())
    await flood.grows(100)
    await happens
    await flood.grows(100)
    flood.ends()
    await pouring
    await is_stored(flood.storm, flood.postings)
    assert "Traceback" not in flood.storm.site.log


async def are_others(flood, before, gone):
    """Go on until as many workers are there as before, without those that are gone."""
    server = flood.storm.site.servers[0]
    while len(now := server.workers) != len(before) or now & gone:
        await flood.grows(10)


async def test_a_killed_worker_is_started_again_and_nothing_is_lost(site, flood):
    before = site.servers[0].workers
    assert len(before) == 2
    victim = min(before)

    async def is_killed():
        os.kill(victim, signal.SIGKILL)
        await are_others(flood, before, {victim})

    await pours_while(flood, is_killed())
    assert flood.closed_with
    assert f"Worker {victim} ended with code -9; a new one is started." in site.log


async def test_a_rolling_restart_sends_everybody_on_in_order(site, flood):
    before = site.servers[0].workers

    async def restarts():
        os.kill(site.servers[0].child.pid, signal.SIGHUP)
        await are_others(flood, before, before)

    await pours_while(flood, restarts())
    assert "Reload: 2 workers are restarted one after the other." in site.log
    assert "The reload is complete after" in site.log
    assert len(flood.closed_with) >= len(flood.talkers)
    assert set(flood.closed_with) == {4012}


async def test_all_workers_stop_together(site, flood):
    server = site.servers[0]
    started = time.monotonic()
    assert await server.terminates() == 0
    assert time.monotonic() - started < 10
    assert [await talker.connection.closes() for talker in flood.talkers] == [4012] * len(flood.talkers)


async def test_workers_whose_supervisor_was_killed_stop_in_order(site, flood):
    os.kill(site.servers[0].child.pid, signal.SIGKILL)
    assert [await talker.connection.closes() for talker in flood.talkers] == [4012] * len(flood.talkers)
