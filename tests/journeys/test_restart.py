"""A server that is told to stop does so within ten seconds, in order, and nobody loses a word."""

import asyncio
import os
import random
import signal
import socket
import time
from string import ascii_letters

import pytest
from django.db import connection

from tests.journeys.flood import Flood
from tests.journeys.places import SITES, UNLIMITED
from tests.journeys.stored import is_stored, what_is_stored

STOP_SECONDS = 10
ONE = {"kind": "uvicorn", "environment": UNLIMITED}
# A reader is kept whatever waits for it, so that the stop finds it.
PATIENT = {"HUBBUB_MESSAGE_CHARACTERS": 30_000, "HUBBUB_BUFFER_HARD_BYTES": 100_000_000}


async def stops(server) -> float:
    """Tell a server to stop and return the seconds that it took."""
    started = time.monotonic()
    await server.terminates()
    return time.monotonic() - started


async def ends_with_all_stored(flood, pouring):
    flood.ends()
    flood.lets_return()
    await pouring
    await flood.leaves()
    await is_stored(flood.storm, flood.postings)


async def test_what_was_stored_before_a_stop_was_answered_before_it(sites):
    site = sites(**ONE)
    flood = await Flood.of(site)
    await flood.arrives()
    pouring = asyncio.create_task(flood.pours())
    for _ in range(2):
        await flood.grows(200)
        flood.holds_back()
        assert await stops(site.servers[0]) < STOP_SECONDS
        await flood.is_broken()
        await says_when_to_return(flood)
        stored, _ = await site.database(what_is_stored, flood.storm.room_id)
        assert {key for key, *_ in stored} == {posting.key for posting in flood.postings if posting.acks}
        assert any(not posting.acks for posting in flood.postings)
        await site.servers[0].starts()
        flood.lets_return()
    await flood.grows(100)
    await ends_with_all_stored(flood, pouring)
    assert "Traceback" not in site.log
    assert "ERROR" not in site.log


async def says_when_to_return(flood):
    """Everybody was told a moment to come back, and each another."""
    connections = [talker.connection for talker in flood.talkers]
    assert [connection.close_code for connection in connections] == [4012] * len(connections)
    published = [
        [event for event in connection.heard if event["type"] == "restarting"][-1] for connection in connections
    ]
    moments = [event["data"]["after_ms"] for event in published]
    assert all(0 <= moment <= 5_000 for moment in moments)


@pytest.mark.parametrize("kind", ["uvicorn", "two-processes"])
async def test_posts_that_pour_in_over_restarts_are_all_there_and_once(sites, kind):
    site = sites(**SITES[kind], environment=UNLIMITED)
    flood = await Flood.of(site)
    await flood.arrives()
    pouring = asyncio.create_task(flood.pours())
    for server in [*site.servers, *site.servers]:
        await flood.grows(100)
        assert await stops(server) < STOP_SECONDS
        await server.starts()
    await flood.grows(100)
    await ends_with_all_stored(flood, pouring)
    assert "Traceback" not in site.log


@pytest.mark.parametrize("site", [ONE], ids=["uvicorn"], indirect=True)
async def test_one_process_takes_a_restart_signal_for_a_stop(site, ada):
    async with ada.connect() as connection:
        os.kill(site.servers[0].child.pid, signal.SIGHUP)
        assert await connection.closes() == 4012
        assert (await connection.hears("restarting"))["data"] == {"after_ms": 0}
    assert await site.servers[0].terminates() == 0


async def test_a_reader_that_stalls_does_not_hold_the_stop_up(sites):
    site = sites(kind="uvicorn", environment=UNLIMITED | PATIENT)
    flood = await Flood.of(site)
    await flood.arrives()
    staff = await site.person("staff", is_staff=True, is_superuser=True)
    async with staff.connect() as office:
        await office.subscribe("connections.0")
        stalled = flood.talkers.pop()
        stall(stalled.connection)
        hers = flood.talkers[0].connection
        for number in range(300):
            await hers.posts(noise(number))
        await office.does("connections.list", "connections.0")
        published = (await office.hears("connections"))["data"]["connections"]
        assert max(connection["buffered"] for connection in published) > 1_000_000
        pouring = asyncio.create_task(flood.pours())
        await flood.grows(20)
        flood.holds_back()
        assert await stops(site.servers[0]) < STOP_SECONDS
        await flood.is_broken()
        await says_when_to_return(flood)
    await site.servers[0].starts()
    flood.ends()
    flood.lets_return()
    await pouring
    await flood.leaves()
    stalled.connection._socket.transport.abort()


async def test_a_page_that_is_never_asked_for_to_the_end_does_not_hold_the_stop_up(sites):
    site = sites(**ONE)
    address = site.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(*address)
    writer.write(
        b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 99\r\n\r\n"
    )
    assert await reader.readline() == b"HTTP/1.1 100 Continue\r\n"  # it waits for the body
    assert await stops(site.servers[0]) < STOP_SECONDS
    writer.close()
    assert "ERROR" not in site.log


def stall(connection):
    transport = connection._socket.transport
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    transport.pause_reading()


def noise(seed):
    """Letters that deflate cannot shrink by much."""
    return "".join(random.Random(seed).choices(ascii_letters, k=30_000))


async def test_a_database_that_is_stuck_does_not_hold_the_stop_up(sites):
    site = sites(**ONE)
    flood = await Flood.of(site)
    await flood.arrives()
    await site.database(lambda: connection.cursor().execute("BEGIN IMMEDIATE"))
    flood.holds_back()
    pouring = asyncio.create_task(flood.pours())
    hers = flood.talkers[0].connection
    await hers.does("ping")
    assert await stops(site.servers[0]) < STOP_SECONDS
    await flood.is_broken()
    assert not any(posting.acks for posting in flood.postings)
    await site.database(lambda: connection.cursor().execute("ROLLBACK"))
    await site.servers[0].starts()
    await ends_with_all_stored(flood, pouring)
