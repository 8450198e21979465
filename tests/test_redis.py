"""Redis by the ways in which operators have it: behind sentinels that replace it, and over TLS."""

import asyncio
import time

import pytest

from tests.journeys.places import TWO_PROCESSES, UNLIMITED, make_room
from tests.services.authority import authority, server_tls
from tests.services.fault_proxy import FaultProxy
from tests.services.redis import Redis, Replica, Sentinel, port_of

QUICK_SECONDS = 0.5  # by the heads alone it takes a second in the middle
BACK_SECONDS = 20


async def delay(hers, his, room):
    sent = time.monotonic()
    posted = await hers.posts("quick?")
    await his.reaches(room, posted["seq"])
    return time.monotonic() - sent


async def are_quick(hers, his, room):
    """Wait until three messages in a row come by the bus."""
    deadline = time.monotonic() + BACK_SECONDS
    quick = 0
    while quick < 3:
        assert time.monotonic() < deadline, "they come by the database alone"
        quick = quick + 1 if await delay(hers, his, room) < QUICK_SECONDS else 0


def all_are_back(site):
    deadline = time.monotonic() + BACK_SECONDS
    while not all("The channel layer answers again" in server.log for server in site.servers):
        assert time.monotonic() < deadline, site.log
        time.sleep(0.05)


@pytest.fixture
def started():
    """Start processes that end with the test."""
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
    async with ada.link() as hers, bob.link(server=1) as his:
        for link in (hers, his):
            await link.subscribe(room)
        await are_quick(hers, his, room)
        await asyncio.to_thread(master.kill)
        await asyncio.to_thread(all_are_back, site)
        await are_quick(hers, his, room)
        assert (await ada.gets("/readyz")).status == 200
        assert hers.close_code is his.close_code is None
    await ada.submits("/accounts/login/", login="ada", password="x")  # counted in the cache
    assert "The cache in Redis does not answer" not in site.log.rpartition("answers again")[2]
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
    async with ada.link() as hers, bob.link(server=1) as his:
        for link in (hers, his):
            await link.subscribe(room)
        await are_quick(hers, his, room)
    assert "does not answer" not in site.log
    proxy.close()
