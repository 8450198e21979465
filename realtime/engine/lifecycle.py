"""The life of a process's hub: made with all its parts, started once, and shut down gracefully."""

import asyncio
from contextvars import Context
from functools import partial

from realtime.engine import connections_topic, gap_repair, upkeep
from realtime.engine.graceful_shutdown import drain
from realtime.engine.hub import Hub
from realtime.engine.presence import Presence
from realtime.engine.sequences import find_epoch
from realtime.shared import threads
from realtime.shared.errors import Unavailable
from realtime.shared.scheduler import scheduler

_starting: dict[Hub, asyncio.Task[None]] = {}


async def get_hub() -> Hub:
    """Return this loop's hub, started. Raises Unavailable during shutdown, or if the database does not answer."""
    loop = asyncio.get_running_loop()
    hub = Hub.current
    if hub is None or hub.loop is not loop:
        hub = Hub.current = make_hub(loop)
        _starting.clear()
    if hub.is_stopping:
        raise Unavailable("The server is shutting down.")
    starting = _starting.get(hub)
    if starting is None or (starting.done() and starting.exception()):
        starting = _starting[hub] = loop.create_task(_start(hub), context=Context())
    await asyncio.shield(starting)
    return hub


def make_hub(loop: asyncio.AbstractEventLoop) -> Hub:
    hub = Hub(loop)
    hub.presence = Presence(hub)
    hub.on_gap = partial(gap_repair.expect, hub)
    hub.handlers["hub.presence"] = hub.presence.receive
    for type in connections_topic.MESSAGES:
        hub.handlers[type] = partial(connections_topic.answer, hub)
    return hub


async def _start(hub: Hub) -> None:
    hub.epoch = await threads.read(find_epoch)
    await hub.bus.start()
    upkeep.start_upkeep(hub)
    scheduler.start()  # here, for servers that send no lifespan event


async def stop(hub: Hub) -> None:
    """Close all connections with RESTARTING, and stop the hub; this loop gets no other one."""
    await drain(hub)
    await hub.cancel_tasks()
    await hub.bus.stop()
    hub.is_over = True
