"""Redis in trouble: no connection closes, heartbeats keep time, and what is said is quick again five seconds after."""

import asyncio
import itertools
import time
from statistics import median

from django.contrib.auth import get_user_model

from accounts.services import end_sessions
from tests.journeys.places import TWO_PROCESSES, UNLIMITED, make_room

# The heads are asked every two seconds: what is told by them alone takes a second in the middle.
QUICK_SECONDS = 0.3
BACK_SECONDS = 5
HEARTBEAT_SECONDS = 1
STOPPED_SECONDS = 8
FEW = 7


async def test_redis_may_lose_its_connections_and_stand_still(sites):
    environment = UNLIMITED | {"HUBBUB_HEARTBEAT_SECONDS": HEARTBEAT_SECONDS}
    site = sites(**TWO_PROCESSES, proxied=True, environment=environment)
    ada, bob, eve = [await site.person(name) for name in ("ada", "bob", "eve")]
    room = await site.database(make_room, ada.id, bob.id, eve.id)
    async with (
        ada.connect() as hers,
        bob.connect(server=1, patience=15) as his,
        eve.connect(server=1, patience=15) as eves,
    ):
        for connection in (hers, his, eves):
            await connection.subscribe(room)
        await is_quick(hers, his, room)

        site.redis_proxy.forgets_connections()
        await is_quick_within(BACK_SECONDS, hers, his, room)

        site.redis.pause()
        try:
            beats = asyncio.create_task(gaps_between_heartbeats(his))
            async with bob.connect(server=1) as newcomer:
                await newcomer.subscribe(room)
            posted = await hers.posts("Redis stands still")
            await his.reaches(room, posted["seq"])
            await site.database(lambda: end_sessions(get_user_model().objects.get(pk=eve.id)))
            assert await eves.closes() == 4501
            assert max(await beats) < 1.9 * HEARTBEAT_SECONDS
        finally:
            site.redis.resume()
        await is_quick_within(BACK_SECONDS, hers, his, room)
        await asyncio.to_thread(both_say_so, site)
        assert hers.close_code is his.close_code is None
    assert "Traceback" not in site.log


def both_say_so(site) -> None:
    """Each process says once for each fault that Redis is away, and once that it is back."""
    deadline = time.monotonic() + BACK_SECONDS
    for server in site.servers:
        while server.log.count("The channel layer answers again") < 2:
            assert time.monotonic() < deadline, server.log
            time.sleep(0.05)
        assert server.log.count("The channel layer does not answer") == 2


async def delay(hers, his, room) -> float:
    """Return how long a message takes from one process to the other."""
    sent = time.monotonic()
    posted = await hers.posts("quick?")
    await his.reaches(room, posted["seq"])
    return time.monotonic() - sent


async def is_quick(hers, his, room) -> None:
    assert median([await delay(hers, his, room) for _ in range(FEW)]) < QUICK_SECONDS


async def is_quick_within(seconds, hers, his, room) -> None:
    deadline = time.monotonic() + seconds
    delays: list[float] = []
    while len(delays) < FEW or median(delays[-FEW:]) > QUICK_SECONDS:
        assert time.monotonic() < deadline, delays
        delays.append(await delay(hers, his, room))


async def gaps_between_heartbeats(connection) -> list[float]:
    """Return how long it took from each heartbeat to the next, over the time in which Redis stands still."""
    moments = []
    until = time.monotonic() + STOPPED_SECONDS
    while time.monotonic() < until:
        await connection.hears("heartbeat")
        moments.append(time.monotonic())
    return [later - earlier for earlier, later in itertools.pairwise(moments)]
