"""What the hub does by the clock: heartbeats, silent links, presence, and asking the database what it missed."""

import asyncio
import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

from realtime import sequences, threads
from realtime.conf import limits
from realtime.errors import CommandError
from realtime.protocol import SIGNED_OUT, SILENT

if TYPE_CHECKING:
    from realtime.hub import Hub

logger = logging.getLogger(__name__)

BEAT_SECONDS = 1.0  # presence is told at most once a beat


async def beat(hub: "Hub") -> None:
    """Do once a second what needs no database."""
    turn = 0
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        turn += 1
        try:
            _beat(hub, turn)
            await hub.bus.tidy()
        except Exception:
            logger.exception("A beat of the hub failed")


def _beat(hub: "Hub", turn: int) -> None:
    now = hub.loop.time()
    for session in list(hub.sessions.values()):
        # Each second another share of the links: a heartbeat to all at once would be a burst.
        if (turn + session.share) % limits.HEARTBEAT_SECONDS == 0:
            session.send_heartbeat()
        if session.silent and now - session.opened_at > limits.SILENT_SECONDS:
            session.close(SILENT)
    hub.presence.tick()
    if turn % 60 == 0:
        hub.posts.sweep(now)
        hub.connects.sweep(now)


async def heads(hub: "Hub") -> None:
    """Find every few seconds what the bus has lost, or what another process wrote without one."""
    while True:
        await asyncio.sleep(limits.HEADS_SECONDS)
        feeds = dict(hub.feeds)
        if not feeds:
            continue
        try:
            found = await threads.read(sequences.heads, feeds)
        except CommandError as error:
            logger.warning("The heads cannot be read: %s", error)
            continue
        for name, head in found.items():
            hub.expect(feeds[name], head)


async def credentials(hub: "Hub") -> None:
    """End the links whose sign-in no longer holds: what end_links() does at once, where its word was lost."""
    find_ended = import_string(settings.REALTIME_CREDENTIALS)
    while True:
        await asyncio.sleep(limits.CREDENTIALS_SECONDS)
        sessions = list(hub.sessions.values())
        if not sessions:
            continue
        try:
            ended = await threads.read(find_ended, {session.credentials for session in sessions})
        except CommandError as error:
            logger.warning("The sign-ins cannot be checked: %s", error)
            continue
        for session in sessions:
            if session.credentials in ended:
                session.close(SIGNED_OUT)
