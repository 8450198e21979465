"""Graceful shutdown: running commands are answered, no new one begins, and clients reconnect spread over seconds."""

import random

from realtime.engine import protocol
from realtime.engine.hub import Hub

ANSWER_SECONDS = 3.0  # A database that takes longer is in trouble; clients send unanswered commands again.
# A returning client costs a sign-in look-up and a catch-up for its rooms; a page that waits longer looks broken.
RETURNS_PER_SECOND = 250
RETURN_SECONDS = 5.0  # at most


async def drain(hub: Hub) -> None:
    """Answer the running commands, then close every connection, each with its own delay for coming back."""
    hub.is_stopping = True
    await hub.running_commands.wait(ANSWER_SECONDS)
    hub.flush()  # the events of the commands that just finished
    for connection, moment in list(zip(hub.connections.values(), closing_delays(len(hub.connections)), strict=True)):
        connection.write(protocol.restarting(moment))
        connection.close(protocol.RESTARTING)


def closing_delays(connections: int) -> list[int]:
    """Return each connection's delay in milliseconds: 0 for one alone, evenly spread and shuffled for many."""
    spread = min((connections - 1) / RETURNS_PER_SECOND, RETURN_SECONDS) * 1000
    found = [int(spread * (place + random.random()) / connections) for place in range(connections)]
    random.shuffle(found)
    return found
