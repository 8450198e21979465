"""The functions that publish committed events, from any thread, with or without a hub in the process."""

import asyncio
import logging
from collections.abc import Sequence
from time import monotonic

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.db import transaction

from realtime.engine.bus import SEND_SECONDS, messages_of
from realtime.engine.bus_queue import PROCESSES
from realtime.engine.hub import Hub
from realtime.shared.events import Event
from realtime.shared.publications import held
from realtime.shared.topic_ids import UserKey, pack_user_key

logger = logging.getLogger(__name__)

SILENCE_SECONDS = 5.0


def publish(events: Sequence[Event]) -> None:
    """Publish these events after the current transaction has committed; at once outside of one."""
    if events:
        transaction.on_commit(lambda: _publish(list(events)), robust=True)


def announce(topic: str, type: str, data: object) -> None:
    """Publish an ephemeral event now. It may be lost, and is never replayed."""
    _publish([Event(topic, type, data)])


def end_connections(user_id: UserKey, *, session_key: str | None = None, token_id: int | None = None) -> None:
    """Close a user's connections after the current transaction has committed.

    Without arguments all of them, else those of one session or of one token. They are closed with 4501: at once where
    the bus works, else when the hub next checks all sign-ins.
    """
    end = {"user_id": pack_user_key(user_id), "session_key": session_key, "token_id": token_id}
    transaction.on_commit(lambda: _close_connections(end), robust=True)


def _publish(events: list[Event]) -> None:
    hub = Hub.of_this_process()
    if hub is not None:
        if not held.add(hub, events):
            hub.call(hub.publish, events)
        return
    for group, message in messages_of(events):
        _send_without_hub(group, message)


def _close_connections(end: dict) -> None:
    hub = Hub.of_this_process()
    if hub is not None:
        hub.call(hub.end_connections, end)
        return
    _send_without_hub(PROCESSES, {"type": "hub.end", **end})


def _send_without_hub(group: str, message: dict) -> None:
    """Send from a process that has no hub of its own: a management command, a worker."""
    layer = get_channel_layer()
    if layer is None or isinstance(layer, InMemoryChannelLayer):
        return  # the serving process finds the events by the heads
    if monotonic() < Silence.until:
        return  # otherwise a caller that publishes a thousand events would wait a thousand times
    try:
        async_to_sync(_send)(layer, group, message)
    except Exception as error:
        if not Silence.until:
            logger.warning(
                "The channel layer does not answer: %r. Until it does, events of this process arrive some seconds late,"
                " read from the database. Check REDIS_URL and whether Redis runs.",
                error,
            )
        Silence.until = monotonic() + SILENCE_SECONDS
    else:
        if Silence.until:
            Silence.until = 0.0
            logger.warning("The channel layer answers again.")


async def _send(layer, group: str, message: dict) -> None:
    async with asyncio.timeout(SEND_SECONDS):
        await layer.group_send(group, message)


class Silence:
    """Until when this process sends nothing, because the channel layer did not answer; 0 while it answers."""

    until = 0.0
