"""The messages that wait to be sent to the other processes: a bounded queue that counts what it drops."""

import asyncio
import logging

from realtime.shared.metrics import counters

logger = logging.getLogger(__name__)

# What has waited for longer was found by the heads, or by the check of sign-ins: sending it would only delay the rest.
STALE_SECONDS = 5.0


class BusQueue:
    """Messages in their order, each with its group. Belongs to the loop's thread. `dropped` counts since `recount`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: asyncio.Queue[tuple[float, str, dict]] = asyncio.Queue(most)
        self._is_full = False
        self.dropped = 0

    def put(self, group: str, message: dict) -> None:
        """Let a message wait; drop it when the queue is full."""
        if self._waiting.full():
            self._drop()
            return
        if self._is_full and self._waiting.qsize() <= self._most // 2:
            self._is_full = False
            logger.warning("The queue to the other processes has room again; %d messages were dropped.", self.dropped)
        self._waiting.put_nowait((asyncio.get_running_loop().time(), group, message))

    async def get(self) -> tuple[str, dict]:
        """Wait for the next message that is not stale, and return its group and the message."""
        while True:
            put_at, group, message = await self._waiting.get()
            if asyncio.get_running_loop().time() - put_at <= STALE_SECONDS:
                return group, message
            self.count_drop()

    def count_drop(self) -> None:
        """Count a message that nobody will get."""
        self.dropped += 1
        counters.dropped_by_bus += 1

    def _drop(self) -> None:
        self.count_drop()
        if not self._is_full:
            self._is_full = True
            logger.warning("%d messages wait for the other processes: the next ones are dropped.", self._most)

    def size(self) -> int:
        return self._waiting.qsize()

    def recount(self) -> int:
        """Return how many messages were dropped, and count anew."""
        dropped, self.dropped = self.dropped, 0
        return dropped
