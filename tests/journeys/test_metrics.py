"""`/metrics` of a server with several workers is right, whichever of them is asked, and after they were replaced."""

import asyncio
import os
import re
import signal
import time
import urllib.request
from contextlib import AsyncExitStack

from tests.journeys.places import UNLIMITED, make_room
from tests.people import OPENER

LINKS, POSTS = 8, 24
PATIENCE_SECONDS = 30


def scrape(site) -> str:
    request = urllib.request.Request(f"{site.url}/metrics", headers={"Authorization": "Bearer s3cret"})  # noqa: S310
    with OPENER.open(request, timeout=10) as response:
        assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
        return response.read().decode()


def total(text: str, name: str) -> float:
    return sum(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(f"{name}{{"))


def workers(text: str) -> set[int]:
    return {int(found) for found in re.findall(r'hubbub_posts_total\{worker="(\d+)"', text)}


async def scrape_all(site, expected: set[int]) -> str:
    """Return the metrics of all workers. One that a busy machine delays by more than a second is left out of a page."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while workers(text := await asyncio.to_thread(scrape, site)) != expected:
        assert time.monotonic() < deadline, text
    return text


async def test_several_workers_are_counted_together(sites):
    site = sites(kind="workers", postgres=True, redis=True, environment=UNLIMITED | {"METRICS_TOKEN": "s3cret"})
    ada = await site.person("ada")
    room = await site.database(make_room, ada.id)
    async with AsyncExitStack() as stack:
        connections = [await stack.enter_async_context(ada.connect()) for _ in range(LINKS)]
        for connection in connections:
            await connection.subscribe(room)
        for number in range(POSTS):
            posted = await connections[number % LINKS].posts(f"{number}")
        for connection in connections:
            await connection.reaches(room, posted["seq"])
        for _ in range(4):  # whichever worker is asked
            text = await scrape_all(site, site.servers[0].workers)
            assert total(text, "hubbub_connections") == LINKS
            assert total(text, "hubbub_posts_total") == total(text, "hubbub_acknowledgement_seconds_count") == POSTS
            assert total(text, "hubbub_deliveries_total") == LINKS * POSTS
            assert text.count("# TYPE hubbub_posts_total") == 1
        before = site.servers[0].workers
        os.kill(site.servers[0].child.pid, signal.SIGHUP)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(now := site.servers[0].workers) != 2 or now & before:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.1)
    await scrape_all(site, now)
    assert "does not tell" not in site.log
