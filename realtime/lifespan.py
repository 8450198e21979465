"""The server's start and stop (ASGI lifespan; Daphne never calls it, and then the hub starts with the first link)."""

from realtime.hub import Hub


async def lifespan(scope, receive, send) -> None:
    """Send the links away with "restarting" when the server stops."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        else:
            hub = Hub.of_this_process()
            if hub is not None:
                await hub.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
