"""The process that indexes what is posted: started by a server, and ended with it."""

import asyncio
from pathlib import Path

from chat.search import indexer
from search.index import site_index
from tests.journeys.places import make_room

PATIENCE_SECONDS = 30


async def until_indexed(site, count: int) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await site.database(count_documents) < count:  # noqa: ASYNC110 nothing tells
            await asyncio.sleep(0.05)


async def until(look):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await asyncio.to_thread(look):  # noqa: ASYNC110 nothing tells
            await asyncio.sleep(0.05)


def count_documents() -> int:
    return len(site_index().ids_between(0, None))


def indexers_of(pid: int) -> list[int]:
    """Return the children of a process that index."""
    children = [
        int(child) for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()
    ]
    return [child for child in children if "follow_messages" in Path(f"/proc/{child}/cmdline").read_text()]


async def test_the_indexer_works_beside_the_server_and_ends_with_it(sites):
    site = sites(kind="uvicorn")
    server = site.servers[0]
    ada = await site.person("ada")
    topic = await site.database(make_room, ada.id)
    await site.manages("flood_room", topic.removeprefix("room."), "--messages", str(2 * indexer.FEW_CHANGES))
    await until_indexed(site, 2 * indexer.FEW_CHANGES)
    [first] = indexers_of(server.child.pid)
    server.kill()
    await until(lambda: not Path(f"/proc/{first}").exists())
    await server.starts()
    await site.manages("flood_room", topic.removeprefix("room."), "--messages", str(2 * indexer.FEW_CHANGES))
    await until_indexed(site, 4 * indexer.FEW_CHANGES)
    [second] = indexers_of(server.child.pid)
    await server.terminates()
    await until(lambda: not Path(f"/proc/{second}").exists())
    assert "Traceback" not in site.log
