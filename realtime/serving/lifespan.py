"""The ASGI lifespan: start and stop with the server.

Daphne never calls it; then the first connection starts the hub.
"""

import asyncio

from realtime.engine.hub import Hub
from realtime.engine.lifecycle import stop
from realtime.shared.scheduler import scheduler


async def lifespan(scope, receive, send) -> None:
    """Start the scheduler with the server; at shutdown, close all connections with RESTARTING."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            scheduler.start()
            await send({"type": "lifespan.startup.complete"})
        else:
            hub = Hub.of_this_process()
            if hub is not None:
                await stop(hub)
            await asyncio.to_thread(scheduler.stop)
            await send({"type": "lifespan.shutdown.complete"})
            return
