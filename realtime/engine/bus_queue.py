"""The bounded queue of messages to the other processes. It counts the messages that it drops."""

import asyncio
import logging

from realtime.shared.metrics import counters

PROCESSES = "processes"  # the channel layer's group with every hub in it

logger = logging.getLogger(__name__)

# Older messages are dropped: their events were found by the heads, or their ended sign-ins by the regular check.
# Sending them would only delay the rest.
STALE_SECONDS = 5.0
# 100 KB of chat. More in one message would occupy Redis and the loops of all processes for a noticeable time.
EVENTS_A_MESSAGE = 256


def weigh(message: dict) -> int:
    """Return how many messages this one counts as: one for each of its events."""
    return len(message.get("events", ())) or 1


class BusQueue:
    """Messages in order. Belongs to the loop's thread. `dropped` counts messages since the last `recount`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: asyncio.Queue[tuple[float, str, dict]] = asyncio.Queue()  # bounded by weight
        self._weight = 0
        self._is_full = False
        self.dropped = 0

    def put(self, group: str, message: dict) -> None:
        """Queue a message for a group, or drop it when the queue is full."""
        weight = weigh(message)
        if self._weight + weight > self._most:
            self._drop(weight)
            return
        if self._is_full and self._weight <= self._most // 2:
            self._is_full = False
            logger.warning("The queue to the other processes has room again; %d messages were dropped.", self.dropped)
        self._weight += weight
        self._waiting.put_nowait((asyncio.get_running_loop().time(), group, message))

    async def get(self) -> tuple[str, list[dict]]:
        """Wait for messages that are not stale; return the group and as many messages as are sent together.

        Messages of several groups are sent to all processes: one more call of the layer costs more than delivering
        messages that some processes do not need.
        """
        groups: set[str] = set()
        messages: list[dict] = []
        weight = 0
        while not messages or (weight < EVENTS_A_MESSAGE and not self._waiting.empty()):
            put_at, group, message = await self._waiting.get()
            self._weight -= weigh(message)
            if asyncio.get_running_loop().time() - put_at > STALE_SECONDS:
                self.count_drop(weigh(message))
                continue
            weight += weigh(message)
            groups.add(group)
            messages.append(message)
        return groups.pop() if len(groups) == 1 else PROCESSES, messages

    def count_drop(self, weight: int) -> None:
        """Count messages that are never sent, by weight."""
        self.dropped += weight
        counters.dropped_by_bus += weight

    def _drop(self, weight: int) -> None:
        self.count_drop(weight)
        if not self._is_full:
            self._is_full = True
            logger.warning(
                "The queue to the other processes is full with %d messages: new ones are dropped until there is room."
                " The events in them arrive some seconds late, read from the database.",
                self._weight,
            )

    def size(self) -> int:
        return self._weight

    def recount(self) -> int:
        """Return how many messages were dropped since the last call, and start from 0."""
        dropped, self.dropped = self.dropped, 0
        return dropped
