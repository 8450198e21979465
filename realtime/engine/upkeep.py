"""The periodic work of a hub: heartbeats, presence, silent connections, and checks against the database."""

import asyncio
import contextlib
import itertools
import logging
import time
from collections.abc import Awaitable, Callable
from time import perf_counter

from django.conf import settings
from django.utils.module_loading import import_string

from realtime.conf import limits
from realtime.engine import sequences
from realtime.engine.connection import Connection
from realtime.engine.feed import Feed
from realtime.engine.gap_repair import expect, revoke_unauthorized
from realtime.engine.hub import Hub
from realtime.engine.protocol import SIGNED_OUT, SILENT
from realtime.shared import threads
from realtime.shared.errors import CommandError
from realtime.shared.metrics import counters
from realtime.shared.outage import outage

logger = logging.getLogger(__name__)

BEAT_SECONDS = 1.0  # presence is told at most once a beat
LAG_SECONDS = 0.25
ENDED_SECONDS = 15.0  # Longer than a handshake may wait for the database.


def start(hub: Hub) -> None:
    """Begin all of it; it ends with the hub."""
    for work in (beat, heads, credentials, standing, use):
        hub.spawn(work(hub))
    hub.spawn(lag())


async def beat(hub: Hub) -> None:
    """Do once a second what needs no database."""
    turns = itertools.count(1)

    async def work() -> None:
        _beat(hub, next(turns))

    await _every(lambda: BEAT_SECONDS, work)


async def heads(hub: Hub) -> None:
    """Find every few seconds what the bus has lost, or what another process wrote without one.

    A head that lies before what was delivered, or another epoch, is another history: a backup was put back, or another
    server took over that had not received everything. Then every cursor starts over.
    """

    async def work() -> None:
        feeds = dict(hub.feeds)
        cursors = {name: feed.cursor or 0 for name, feed in feeds.items()}
        epoch, heads = await threads.read(sequences.find_position, list(feeds))
        if any(head < cursors[name] for name, head in heads.items()):
            epoch = await threads.write(sequences.replace_epoch, hub.epoch)
        if epoch != hub.epoch:
            hub.start_over(epoch)
            return
        for name, head in heads.items():
            expect(hub, feeds[name], head)

    await _every(lambda: limits.HEADS_SECONDS, work)


async def credentials(hub: Hub) -> None:
    """End the links whose sign-in no longer holds: what end_connections() does at once, where its word was lost."""

    async def work() -> None:
        await end_signed_out(hub, list(hub.connections.values()))

    await _every(lambda: limits.CREDENTIALS_SECONDS, work)


async def use(hub: Hub) -> None:
    """Let the app note now and then which sign-ins are in use: a session whose page only listens lives on."""
    path = getattr(settings, "REALTIME_CREDENTIALS_IN_USE", None)
    if path is None:
        return
    note_use = import_string(path)

    async def work() -> None:
        if hub.connections:
            await threads.write(note_use, {connection.credentials for connection in hub.connections.values()})

    await _every(lambda: limits.USE_SECONDS, work)


async def lag() -> None:
    """Measure how late the loop comes to what is due: everybody's posts and events wait as long."""
    while True:
        due = perf_counter() + LAG_SECONDS
        await asyncio.sleep(LAG_SECONDS)
        counters.loop_lag.observe(max(0.0, perf_counter() - due))


async def close_signed_out(hub: Hub, connections: list[Connection]) -> None:
    """Close connections whose sign-in was ended between its look-up and their entry into the hub."""
    with contextlib.suppress(CommandError):  # the next round finds it
        await end_signed_out(hub, connections)


async def end_signed_out(hub: Hub, connections: list[Connection]) -> None:
    """End those of these connections whose sign-in no longer holds."""
    if not connections:
        return
    find_ended = import_string(settings.REALTIME_CREDENTIALS)
    ended = await threads.read(find_ended, {connection.credentials for connection in connections})
    for connection in connections:
        if connection.credentials in ended:
            connection.close(SIGNED_OUT)


async def standing(hub: Hub) -> None:
    """End the subscriptions that are no longer allowed, whether or not an event has said so, or was lost."""

    async def work() -> None:
        by_kind: dict[str, list[Feed]] = {}
        for feed in hub.feeds.values():
            by_kind.setdefault(feed.name.partition(".")[0], []).append(feed)
        for feeds in by_kind.values():
            await revoke_unauthorized(hub, feeds)

    await _every(lambda: limits.CREDENTIALS_SECONDS, work)


async def _every(seconds: Callable[[], float], work: Callable[[], Awaitable[None]]) -> None:
    """Work now and then for as long as the hub lives, whatever goes wrong in between."""
    while True:
        await asyncio.sleep(seconds())
        try:
            await work()
        except CommandError as error:
            logger.log(outage.level, "The database was asked in vain: %s", error)
        except Exception:  # No one waits for this, and nobody would start it again: no mistake may end it.
            logger.exception("What the hub does by the clock has failed; it goes on")


def _beat(hub: Hub, turn: int) -> None:
    hub.flush()  # a heartbeat names no number that is not delivered
    now = hub.loop.time()
    for connection in list(hub.connections.values()):
        # Each second another share of the links: a heartbeat to all at once would be a burst.
        if (turn + connection.number) % limits.HEARTBEAT_SECONDS == 0:
            hub.send_heartbeat(connection)
        if connection.is_silent and time.monotonic() - connection.opened_at > limits.SILENT_SECONDS:
            connection.close(SILENT)
    hub.presence.tick()
    for user_id in [user_id for user_id, at in hub.ended.items() if now - at > ENDED_SECONDS]:
        del hub.ended[user_id]
