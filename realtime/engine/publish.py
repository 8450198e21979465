"""Publishing events once they are committed; from any thread, with or without a hub."""

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
    """Tell these events once the current transaction has committed; at once outside of one."""
    if events:
        transaction.on_commit(lambda: _tell(list(events)), robust=True)


def announce(topic: str, type: str, data: object) -> None:
    """Tell an ephemeral event now: it may be lost and is never replayed."""
    _tell([Event(topic, type, data)])


def end_connections(user_id: UserKey, *, session_key: str | None = None, token_id: int | None = None) -> None:
    """Close a person's links once the current transaction has committed.

    All of them, or those of one sign-in, or those of one token. They end with 4501 at once where the bus
    works, else when the hub next asks whether the sign-ins still hold.
    """
    end = {"user_id": pack_user_key(user_id), "session_key": session_key, "token_id": token_id}
    transaction.on_commit(lambda: _end(end), robust=True)


def _tell(events: list[Event]) -> None:
    hub = Hub.of_this_process()
    if hub is not None:
        if not held.add(hub, events):
            hub.call(hub.publish, events)
        return
    for group, message in messages_of(events):
        _ring(group, message)


def _end(end: dict) -> None:
    hub = Hub.of_this_process()
    if hub is not None:
        hub.call(hub.end_connections, end)
        return
    _ring(PROCESSES, {"type": "hub.end", **end})


def _ring(group: str, message: dict) -> None:
    """Send from a process that serves nobody itself: a command, a worker."""
    layer = get_channel_layer()
    if layer is None or isinstance(layer, InMemoryChannelLayer):
        return  # the serving process sees it by the heads
    if monotonic() < Silence.until:
        return  # who publishes a thousand events does not wait a thousand times
    try:
        async_to_sync(_send)(layer, group, message)
    except Exception as error:
        if not Silence.until:
            logger.warning("The channel layer does not answer: %r. Other processes ask the database instead.", error)
        Silence.until = monotonic() + SILENCE_SECONDS
    else:
        if Silence.until:
            Silence.until = 0.0
            logger.warning("The channel layer answers again.")


async def _send(layer, group: str, message: dict) -> None:
    async with asyncio.timeout(SEND_SECONDS):
        await layer.group_send(group, message)


class Silence:
    """Until when this process sends nothing, because the channel layer did not answer. 0: it does."""

    until = 0.0
