"""How a hub that stops sends its people away: nothing is begun, what is under way is answered, all come back apart."""

import asyncio
import contextlib
import random
from typing import TYPE_CHECKING

from realtime import protocol

if TYPE_CHECKING:
    from realtime.hub import Hub

ANSWER_SECONDS = 3.0  # A database that takes longer is in trouble; who has no answer sends again.
# A link that comes back is a sign-in to look up and rooms to catch up with; a page that waits longer looks broken.
RETURNS_PER_SECOND = 250
RETURN_SECONDS = 5.0  # at most


class UnderWay:
    """Counts the commands that are being answered."""

    def __init__(self) -> None:
        self.count = 0
        self._none = asyncio.Event()
        self._none.set()

    def begin(self) -> None:
        self.count += 1
        self._none.clear()

    def end(self) -> None:
        self.count -= 1
        if not self.count:
            self._none.set()

    async def ends(self, seconds: float) -> None:
        """Wait until there are none, or for so long."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._none.wait(), seconds)


async def drain(hub: "Hub") -> None:
    """Answer what is under way, then close every link, each with a moment of its own to come back."""
    hub.is_stopping = True
    await hub.under_way.ends(ANSWER_SECONDS)
    hub.flush()  # what was just committed
    for session, moment in list(zip(hub.sessions.values(), moments(len(hub.sessions)), strict=True)):
        session.write(protocol.restarting(moment))
        session.close(protocol.RESTARTING)


def moments(links: int) -> list[int]:
    """Return after how many milliseconds each link comes back: one at once, many evenly apart, in no order."""
    spread = min((links - 1) / RETURNS_PER_SECOND, RETURN_SECONDS) * 1000
    found = [int(spread * (place + random.random()) / links) for place in range(links)]
    random.shuffle(found)
    return found
