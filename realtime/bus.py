"""The doorbell between processes: one mailbox in the channel layer, guarded. What it loses, the heads find."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable, Iterator
from itertools import batched
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

from realtime.conf import limits
from realtime.events import Event

logger = logging.getLogger(__name__)

PROCESSES = "processes"  # the group that every hub is in
# What happens on more topics at once is told by their heads alone, so many in a message: each process reads what
# its own people miss, and ten thousand notifications are not ten thousand messages.
MANY_TOPICS = 50
HEADS_A_MESSAGE = 1_000
JOIN_SECONDS = 1.0  # a layer that takes longer is in trouble; the heads find what is told meanwhile
RETRY_SECONDS = 1.0
STOP_SECONDS = 1.0


def messages_of(events: Iterable[Event]) -> Iterator[tuple[str, dict]]:
    """Yield what the other processes are told of these events: (group, message)."""
    by_topic: dict[str, list[Event]] = {}
    for event in events:
        by_topic.setdefault(event.topic, []).append(event)
    if len(by_topic) <= MANY_TOPICS:
        for topic, told in by_topic.items():
            yield topic, {"type": "hub.events", "topic": topic, "events": [event.for_the_bus() for event in told]}
        return
    heads = [(topic, max(event.seq or 0 for event in told)) for topic, told in by_topic.items()]
    for some in batched(heads, HEADS_A_MESSAGE, strict=False):
        yield PROCESSES, {"type": "hub.heads", "heads": dict(some)}


class Bus:
    """This process's mailbox and what waits to be sent. Never raises into its callers.

    Any channel layer may be behind it, each with errors of its own: whatever it raises, the heads find what is lost.
    """

    def __init__(self, hear: Callable[[dict], None]) -> None:
        self._hear = hear
        layer = get_channel_layer()
        # The in-memory layer reaches no other process.
        self._layer: Any = None if isinstance(layer, InMemoryChannelLayer) else layer
        self._channel: str | None = None
        self._wanted: set[str] = {PROCESSES}
        self._joined: set[str] = set()
        self._changing: asyncio.Task[None] | None = None
        self._outgoing: asyncio.Queue[tuple[str, dict]] = asyncio.Queue(limits.BUS_QUEUE)
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def alone(self) -> bool:
        """Whether no other process could hear."""
        return self._layer is None

    async def start(self) -> None:
        if self._layer is not None:
            self._tasks = [asyncio.create_task(self._receive()), asyncio.create_task(self._send())]
            await self._catch_up_with_wishes()

    async def stop(self) -> None:
        tasks = [*self._tasks, *([self._changing] if self._changing else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._layer is not None and hasattr(self._layer, "close_pools"):
            with contextlib.suppress(TimeoutError):  # a Redis that does not answer keeps nobody from stopping
                async with asyncio.timeout(STOP_SECONDS):
                    await self._layer.close_pools()

    async def join(self, names: Iterable[str]) -> None:
        """Listen to these topics; return when the layer says so, or after a second all the same."""
        self._wanted.update(names)
        await self._catch_up_with_wishes()

    def leave(self, name: str) -> None:
        """Listen to this topic no longer."""
        self._wanted.discard(name)

    def send(self, group: str, message: dict) -> None:
        """Send to the other processes in the group, in order, when the layer takes it."""
        if self.alone:
            return
        with contextlib.suppress(asyncio.QueueFull):
            self._outgoing.put_nowait((group, message))

    async def _catch_up_with_wishes(self) -> None:
        """Make the groups that this mailbox is in those that are wanted; return when they are, or after a second."""
        if self._layer is None or self._wanted == self._joined:
            return
        if self._changing is None or self._changing.done():
            self._changing = asyncio.create_task(self._change_groups())
        # It is waited for, never cancelled: a layer that is stopped half-way may think that it has subscribed.
        await asyncio.wait({self._changing}, timeout=JOIN_SECONDS)

    async def _change_groups(self) -> None:
        try:
            if self._channel is None:
                self._channel = await self._layer.new_channel("hub.")
            while self._wanted != self._joined:  # others may be wanted meanwhile
                for name in self._wanted - self._joined:
                    await self._layer.group_add(name, self._channel)
                    self._joined.add(name)
                for name in self._joined - self._wanted:
                    await self._layer.group_discard(name, self._channel)
                    self._joined.discard(name)
        except Exception as error:
            logger.warning("The channel layer does not take subscriptions: %r. The database is asked instead.", error)

    async def tidy(self) -> None:
        """Leave what is no longer wanted, and join what failed; the hub calls this now and then."""
        await self._catch_up_with_wishes()

    async def _receive(self) -> None:
        while True:
            if self._channel is None:
                await asyncio.sleep(0.05)
                continue
            try:
                self._hear(await self._layer.receive(self._channel))
            except Exception:
                logger.exception("A message from the channel layer could not be taken.")
                await asyncio.sleep(RETRY_SECONDS)

    async def _send(self) -> None:
        while True:
            group, message = await self._outgoing.get()
            try:
                await self._layer.group_send(group, message)
            except Exception as error:
                logger.warning("The channel layer did not take a message: %r. The others find it by the heads.", error)
