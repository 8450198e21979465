"""The server's start and stop (ASGI lifespan; Daphne never calls it, and then the hub starts with the first link)."""

import asyncio

from realtime.engine.hub import Hub
from realtime.engine.lifecycle import stop
from realtime.shared.clock import clock


async def lifespan(scope, receive, send) -> None:
    """Start the clock with the server; when it stops, send the links away with "restarting"."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            clock.start()
            await send({"type": "lifespan.startup.complete"})
        else:
            hub = Hub.of_this_process()
            if hub is not None:
                await stop(hub)
            await asyncio.to_thread(clock.stop)
            await send({"type": "lifespan.shutdown.complete"})
            return
