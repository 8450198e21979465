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
from realtime.engine.gap_repair import expect, revoke_unauthorized
from realtime.engine.hub import Hub
from realtime.engine.protocol import SIGNED_OUT, SILENT
from realtime.engine.topic_subscribers import TopicSubscribers
from realtime.shared import threads
from realtime.shared.errors import CommandError
from realtime.shared.metrics import counters
from realtime.shared.outage import outage

logger = logging.getLogger(__name__)

BEAT_SECONDS = 1.0  # Presence changes are published once a beat.
LAG_SECONDS = 0.25
ENDED_SECONDS = 15.0  # longer than a handshake may wait for the database


def start_upkeep(hub: Hub) -> None:
    """Start all periodic work; it ends with the hub."""
    for work in (beat, compare_heads, credentials, end_forbidden_subscriptions, use):
        hub.spawn(work(hub))
    hub.spawn(lag())


async def beat(hub: Hub) -> None:
    """Do the work that needs no database, once a second."""
    beats = itertools.count(1)

    async def work() -> None:
        _beat(hub, next(beats))

    await _every(lambda: BEAT_SECONDS, work)


async def compare_heads(hub: Hub) -> None:
    """Compare the heads every few seconds, to find events that the bus lost or that a process without a bus wrote.

    A head below the delivered one, or another epoch, is another history: a backup was restored, or a replica took
    over that had not received everything. Then every cursor starts over.
    """

    async def work() -> None:
        by_topic = dict(hub.subscribers)
        cursors = {name: subscribers.cursor or 0 for name, subscribers in by_topic.items()}
        epoch, heads = await threads.read(sequences.find_position, list(by_topic))
        if any(head < cursors[name] for name, head in heads.items()):
            epoch = await threads.write(sequences.replace_epoch, hub.epoch)
        if epoch != hub.epoch:
            hub.start_over(epoch)
            return
        for name, head in heads.items():
            expect(hub, by_topic[name], head)

    await _every(lambda: limits.HEADS_SECONDS, work)


async def credentials(hub: Hub) -> None:
    """Close connections whose sign-in is no longer valid, in case the message of end_connections() was lost."""

    async def work() -> None:
        await end_signed_out(hub, list(hub.connections.values()))

    await _every(lambda: limits.CREDENTIALS_SECONDS, work)


async def use(hub: Hub) -> None:
    """Let the app record regularly which sign-ins are in use, so that a session lives while its page is open."""
    path = getattr(settings, "REALTIME_CREDENTIALS_IN_USE", None)
    if path is None:
        return
    note_use = import_string(path)

    async def work() -> None:
        if hub.connections:
            await threads.write(note_use, {connection.credentials for connection in hub.connections.values()})

    await _every(lambda: limits.USE_SECONDS, work)


async def lag() -> None:
    """Measure how late the loop runs a timer: posts and events are delayed as long."""
    while True:
        due = perf_counter() + LAG_SECONDS
        await asyncio.sleep(LAG_SECONDS)
        counters.loop_lag.observe(max(0.0, perf_counter() - due))


async def close_signed_out(hub: Hub, connections: list[Connection]) -> None:
    """Close connections whose sign-in was ended between its look-up and their entry into the hub."""
    with contextlib.suppress(CommandError):  # the next regular check finds them
        await end_signed_out(hub, connections)


async def end_signed_out(hub: Hub, connections: list[Connection]) -> None:
    """Close those of these connections whose sign-in is no longer valid."""
    if not connections:
        return
    find_ended = import_string(settings.REALTIME_CREDENTIALS)
    ended = await threads.read(find_ended, {connection.credentials for connection in connections})
    for connection in connections:
        if connection.credentials in ended:
            connection.close(SIGNED_OUT)


async def end_forbidden_subscriptions(hub: Hub) -> None:
    """End the subscriptions that are no longer allowed, in case the event that removes the user was lost."""

    async def work() -> None:
        by_kind: dict[str, list[TopicSubscribers]] = {}
        for subscribers in hub.subscribers.values():
            by_kind.setdefault(subscribers.name.partition(".")[0], []).append(subscribers)
        for some in by_kind.values():
            await revoke_unauthorized(hub, some)

    await _every(lambda: limits.CREDENTIALS_SECONDS, work)


async def _every(seconds: Callable[[], float], work: Callable[[], Awaitable[None]]) -> None:
    """Repeat work for as long as the hub lives, whatever fails in between."""
    while True:
        await asyncio.sleep(seconds())
        try:
            await work()
        except CommandError as error:
            logger.log(
                outage.level, "A regular check needs the database, which did not answer; it is tried again: %s", error
            )
        except Exception:  # Nothing awaits or restarts this task, so no error may end it.
            logger.exception("Periodic work of the hub failed; it is tried again at the next interval")


def _beat(hub: Hub, number: int) -> None:
    hub.flush()  # first, so that no head in a heartbeat is ahead of the delivered events
    now = hub.loop.time()
    for connection in list(hub.connections.values()):
        # Each second another share of the connections, because a heartbeat to all at once would be a burst.
        if (number + connection.number) % limits.HEARTBEAT_SECONDS == 0:
            hub.send_heartbeat(connection)
        if connection.is_silent and time.monotonic() - connection.opened_at > limits.SILENT_SECONDS:
            connection.close(SILENT)
    hub.presence.tick()
    for user_id in [user_id for user_id, at in hub.ended.items() if now - at > ENDED_SECONDS]:
        del hub.ended[user_id]
