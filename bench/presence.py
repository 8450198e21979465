"""Measure how long presence blocks the event loop while thousands of connections return: the longest turns.

    .venv/bin/python -m bench.presence
    .venv/bin/python -m bench.presence --connections 5000 --rooms 100 --each 20

The connections have no sockets, so that only presence and the fan-out of its events are measured. One connection
opens in each turn of the loop, then a tenth of them closes and opens again. Times are processor times, so that a busy
machine disturbs them little.
"""

import argparse
import asyncio
import gc
import time
from types import SimpleNamespace

from bench.scratch_database import run


class Nowhere:
    """A transport that discards everything."""

    name = "nowhere"
    buffered = 0
    has_backlog = False
    socket = -1
    deflates = False

    def send(self, frames) -> None:
        pass

    def close(self, code: int) -> None:
        pass


def measure(options: argparse.Namespace) -> None:
    gc.disable()
    asyncio.run(come_back(options))


async def come_back(options: argparse.Namespace) -> None:
    from realtime.engine.lifecycle import make_hub
    from realtime.engine.topics import Topic, register

    class BenchTopic(Topic):
        prefix = "bench"
        presence = True

    register(BenchTopic)
    hub = make_hub(asyncio.get_running_loop())
    turns = Turns(hub.loop)
    ticking = asyncio.create_task(tick(hub))
    begun = time.process_time()
    connections = []
    for number in range(options.connections):
        connections.append(enter(hub, number, options))
        await asyncio.sleep(0)
    await asyncio.sleep(3)
    for number, connection in enumerate(connections[: options.connections // 10]):
        connection.end()
        enter(hub, number, options)
        await asyncio.sleep(0)
    await asyncio.sleep(3)
    ticking.cancel()
    longest = sorted(turns.seconds, reverse=True)[:5]
    busy = time.process_time() - begun
    print(
        f"{options.connections:,} connections, each in {options.each} of {options.rooms} rooms: longest turns"
        f" {', '.join(f'{1000 * each:.0f}' for each in longest)} ms; {busy:.1f} s busy in all"
    )


def enter(hub, number: int, options: argparse.Namespace):
    from realtime.engine.connection import Connection

    user = SimpleNamespace(id=number, name=f"user {number}")
    connection = Connection(hub.id, Nowhere(), user, None, "127.0.0.1")
    hub.add(connection)
    for place in range(options.each):
        name = f"bench.{(number + place) % options.rooms}"
        hub.join(connection, name)
        hub.admit(connection, name, 0)
    return connection


async def tick(hub) -> None:
    while True:
        await asyncio.sleep(1)
        hub.presence.tick()


class Turns:
    """The processor time of each turn of the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.seconds: list[float] = []
        self._loop = loop
        self._last = time.thread_time()
        loop.call_soon(self._turn)

    def _turn(self) -> None:
        now = time.thread_time()
        self.seconds.append(now - self._last)
        self._last = now
        self._loop.call_soon(self._turn)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--connections", type=int, default=5_000)
    parser.add_argument("--rooms", type=int, default=100)
    parser.add_argument("--each", type=int, default=5)
    run(measure, parser)
