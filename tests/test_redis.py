"""Redis as operators run it: with sentinels that replace the master, and over TLS."""

import asyncio
import time

import pytest

from tests.journeys.places import TWO_PROCESSES, UNLIMITED, make_room
from tests.services.authority import authority, server_tls
from tests.services.fault_proxy import FaultProxy
from tests.services.redis import Redis, Replica, Sentinel, port_of

QUICK_SECONDS = 0.8  # found by the heads alone, a message takes a second on average
BACK_SECONDS = 20


async def delay(hers, his, room):
    sent = time.monotonic()
    posted = await hers.posts("quick?")
    await his.reaches(room, posted["seq"])
    return time.monotonic() - sent


async def are_quick(hers, his, room):
    """Wait until so many messages in a row arrive by the bus that none was fast by chance."""
    deadline = time.monotonic() + BACK_SECONDS
    quick = 0
    while quick < 6:
        assert time.monotonic() < deadline, "they come by the database alone"
        quick = quick + 1 if await delay(hers, his, room) < QUICK_SECONDS else 0


async def until(look):
    """Wait for a state without a notification."""
    async with asyncio.timeout(BACK_SECONDS):
        while not await look():  # noqa: ASYNC110
            await asyncio.sleep(0.1)


@pytest.fixture
def started():
    """A function that starts processes which end with the test."""
    processes = []

    def start(process):
        processes.append(process)
        process.start()
        return process

    yield start
    for process in reversed(processes):
        process.close()


@pytest.mark.timeout(120)
async def test_a_master_that_died_is_replaced(sites, started):
    master = started(Redis())
    started(Replica(master))
    sentinel = started(Sentinel(master))
    site = sites(**TWO_PROCESSES | {"redis": False}, environment=UNLIMITED | {"REDIS_URL": sentinel.url})
    ada, bob = await site.person("ada"), await site.person("bob")
    room = await site.database(make_room, ada.id, bob.id)
    async with ada.connect() as hers, bob.connect(server=1) as his:
        for connection in (hers, his):
            await connection.subscribe(room)
        await are_quick(hers, his, room)
        await asyncio.to_thread(master.kill)
        await until(lambda: asyncio.to_thread(lambda: "+switch-master" in sentinel.log))
        await are_quick(hers, his, room)

        async def are_ready():
            return [(await ada.gets("/readyz", server)).status for server in (0, 1)] == [200, 200]

        await until(are_ready)
        assert hers.close_code is his.close_code is None
    await ada.submits("/accounts/login/", login="ada", password="x")  # counted in the cache
    assert "The cache in Redis does not answer" not in site.log
    assert "Traceback" not in site.log


async def test_redis_may_speak_tls(sites, started, tmp_path):
    redis = started(Redis())
    proxy = FaultProxy(port_of(redis.url), tls=server_tls(("localhost",)))
    certificate = tmp_path / "ca.pem"
    certificate.write_text(authority().pem)
    url = f"rediss://localhost:{proxy.port}/0?ssl_ca_certs={certificate}"
    site = sites(**TWO_PROCESSES | {"redis": False}, environment=UNLIMITED | {"REDIS_URL": url})
    ada, bob = await site.person("ada"), await site.person("bob")
    room = await site.database(make_room, ada.id, bob.id)
    async with ada.connect() as hers, bob.connect(server=1) as his:
        for connection in (hers, his):
            await connection.subscribe(room)
        await are_quick(hers, his, room)
    assert "does not answer" not in site.log
    proxy.close()
