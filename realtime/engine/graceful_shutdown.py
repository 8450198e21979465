"""Graceful shutdown: running commands are answered, no new one begins, and clients reconnect spread over seconds."""

import random

from realtime.engine import protocol
from realtime.engine.hub import Hub

ANSWER_SECONDS = 3.0  # A database that takes longer is in trouble; who has no answer sends again.
# A link that comes back is a sign-in to look up and rooms to catch up with; a page that waits longer looks broken.
RETURNS_PER_SECOND = 250
RETURN_SECONDS = 5.0  # at most


async def drain(hub: Hub) -> None:
    """Answer what is under way, then close every link, each with a moment of its own to come back."""
    hub.is_stopping = True
    await hub.running_commands.wait(ANSWER_SECONDS)
    hub.flush()  # what was just committed
    for connection, moment in list(zip(hub.connections.values(), moments(len(hub.connections)), strict=True)):
        connection.write(protocol.restarting(moment))
        connection.close(protocol.RESTARTING)


def moments(connections: int) -> list[int]:
    """Return after how many milliseconds each link comes back: one at once, many evenly apart, in no order."""
    spread = min((connections - 1) / RETURNS_PER_SECOND, RETURN_SECONDS) * 1000
    found = [int(spread * (place + random.random()) / connections) for place in range(connections)]
    random.shuffle(found)
    return found
