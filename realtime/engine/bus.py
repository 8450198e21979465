"""The bus between processes: one channel in the channel layer, guarded. What it loses, the heads find."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from itertools import batched
from time import perf_counter
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

from realtime.conf import limits
from realtime.engine.bus_queue import EVENTS_A_MESSAGE, PROCESSES, BusQueue, weigh
from realtime.shared.events import Event
from realtime.shared.metrics import counters, watch_queue
from realtime.shared.outage import describe
from realtime.shared.rate_limit import ProcessRateLimit

logger = logging.getLogger(__name__)

# Of more topics at once only the heads are sent, so many in a message: each process reads what its own subscribers
# miss, and ten thousand notifications go through no bus. A batch of posts is at most half as many.
MANY_TOPICS = 256
HEADS_A_MESSAGE = 1_000
BATCH = "bus.batch"  # Messages that are sent as one: a call of Redis costs as much as thirty events.
JOIN_SECONDS = 1.0  # a layer that takes longer is in trouble; the heads find what is published meanwhile
SEND_SECONDS = 2.0  # Round each call of the layer. A Redis beside us answers in a millisecond, an ocean away in 0.3 s.
CHECK_SECONDS = 1.0
MOST_ECHOES_DUE = 2
ECHO = "bus.echo"
RETRY_SECONDS = 0.5
STOP_SECONDS = 1.0
UNREADABLE_PER_SECOND, UNREADABLE_BURST = 1, 20


def messages_of(events: Sequence[Event]) -> Iterator[tuple[str, dict]]:
    """Yield what the other processes are sent of these events: (group, message).

    Those of one topic go to its group, which the processes are in that have subscribers of it. Those of several are one
    message for all processes (docs/decisions/0019).
    """
    heads: dict[str, int] = {}
    for event in events:
        heads[event.topic] = max(event.seq or 0, heads.get(event.topic, 0))
    if len(heads) > MANY_TOPICS:
        for some_heads in batched(heads.items(), HEADS_A_MESSAGE, strict=False):
            yield PROCESSES, {"type": "hub.heads", "heads": dict(some_heads)}
        return
    group = next(iter(heads)) if len(heads) == 1 else PROCESSES
    for some in batched(events, EVENTS_A_MESSAGE, strict=False):
        yield group, {"type": "hub.publication", "events": [event.for_the_bus() for event in some]}


class WithoutReceiveErrors(logging.Filter):
    """Leave out the traceback that channels_redis writes each second while Redis is away: the bus says it in one line.

    On a site with logging of its own, too.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        return not record.getMessage().startswith("Unexpected exception in receive task")


logging.getLogger("channels_redis.pubsub").addFilter(WithoutReceiveErrors())


class Bus:
    """This process's channel in the layer and what waits to be sent. Never raises into its callers.

    Any channel layer may be behind it, each with errors of its own. Whatever it raises, or leaves unanswered, ends the
    connection, and a fresh one is made: a connection that died without a word looks like one on which nobody speaks,
    so the bus also sends itself a message every second and waits for it.
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
        self._outgoing = BusQueue(limits.BUS_QUEUE)
        watch_queue("bus", self._outgoing.size)
        self._unreadable = ProcessRateLimit(UNREADABLE_PER_SECOND, 1, burst=UNREADABLE_BURST)
        self._echoes_due = 0
        self._echo_sent_at = 0.0
        self._is_down = False
        self._failure: asyncio.Future[None] | None = None
        self._running: asyncio.Task[None] | None = None

    @property
    def alone(self) -> bool:
        """Whether no other process could hear."""
        return self._layer is None

    @property
    def is_up(self) -> bool:
        """Whether other processes hear what is sent, as far as is known; alone there is nobody who would."""
        return self.alone or (self._channel is not None and not self._is_down)

    async def start(self) -> None:
        """Connect, or go on trying after a second: nobody waits for a layer that is away."""
        if self._layer is None:
            return
        connected = asyncio.Event()
        self._running = asyncio.create_task(self._stay_connected(connected))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(connected.wait(), JOIN_SECONDS)

    async def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        if self._layer is not None and hasattr(self._layer, "close_pools"):
            with contextlib.suppress(TimeoutError):  # a Redis that does not answer keeps nobody from stopping
                async with asyncio.timeout(STOP_SECONDS):
                    await self._layer.close_pools()

    async def join(self, names: Iterable[str]) -> None:
        """Enter the groups of these topics; return when the layer says so, or after a second all the same."""
        self._wanted.update(names)
        await self._adjust_groups()

    def leave(self, name: str) -> None:
        """Be in the group of this topic no longer."""
        self._wanted.discard(name)

    def send(self, group: str, message: dict) -> None:
        """Send to the other processes in a group, in order, when the layer takes it."""
        if not self.alone:
            self._outgoing.put(group, message)

    # -- the connection

    async def _stay_connected(self, connected: asyncio.Event) -> None:
        while True:
            parts: list[asyncio.Task[None]] = []
            try:
                parts = await self._connect()
                connected.set()
                assert self._failure is not None
                await self._failure
            except Exception as error:
                self._report_down(error)
            finally:
                await self._disconnect(parts)
            await asyncio.sleep(RETRY_SECONDS)

    async def _connect(self) -> list[asyncio.Task[None]]:
        self._failure = asyncio.get_running_loop().create_future()
        self._echoes_due = 0
        async with asyncio.timeout(SEND_SECONDS):
            channel = await self._layer.new_channel("hub.")
        self._channel = channel
        parts = [self._begin(work) for work in (self._receive(channel), self._send(), self._check(channel))]
        await self._adjust_groups()
        return parts

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run a part of the connection; what it raises ends the connection."""

        async def run() -> None:
            try:
                await work
            except Exception as error:
                if self._failure is not None and not self._failure.done():
                    self._failure.set_exception(error)

        return asyncio.create_task(run())

    async def _disconnect(self, parts: list[asyncio.Task[None]]) -> None:
        """Let go of everything of this connection, whatever state it is in."""
        receiving, others = parts[:1], parts[1:] + ([self._changing] if self._changing else [])
        self._channel, self._changing, self._joined = None, None, set()
        await end(others)  # They hold the layer's lock while they wait for an answer, and flush() needs it.
        if "flush" in getattr(self._layer, "extensions", ()):
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await self._layer.flush()
            except Exception as error:
                logger.info("The channel layer's connections could not be closed in order: %r", error)
        await end(receiving)  # Last: before the flush it would wait to unsubscribe.

    async def _check(self, channel: str) -> None:
        """Send a message to ourselves every second. Raises ConnectionError when several have not come back.

        Counted, not timed: after a second in which the event loop was held they are still on their way.
        """
        while True:
            if self._echoes_due >= MOST_ECHOES_DUE:
                raise ConnectionError("Nothing comes back.")
            self._echoes_due += 1
            self._echo_sent_at = perf_counter()
            async with asyncio.timeout(SEND_SECONDS):
                await self._layer.send(channel, {"type": ECHO})
            await self._adjust_groups()
            await asyncio.sleep(CHECK_SECONDS)

    def _report_down(self, error: Exception) -> None:
        if not self._is_down:
            self._is_down = True
            reason = f"{type(error).__name__} {describe(error)}"
            logger.warning("The channel layer does not answer: %s. Other processes ask the database instead.", reason)

    def _report_up(self) -> None:
        if self._is_down:
            self._is_down = False
            dropped = self._outgoing.recount()
            logger.warning("The channel layer answers again; %d messages were dropped meanwhile.", dropped)

    # -- the groups

    async def _adjust_groups(self) -> None:
        """Make the groups that this channel is in those that are wanted; return when they are, or after a second."""
        if self._channel is None or self._wanted == self._joined:
            return
        if self._changing is None or self._changing.done():
            self._changing = self._begin(self._change_groups(self._channel))
        # Who waits no longer does not cancel it: a layer that is stopped half-way may think that it has subscribed.
        await asyncio.wait({self._changing}, timeout=JOIN_SECONDS)

    async def _change_groups(self, channel: str) -> None:
        while self._wanted != self._joined:  # others may be wanted meanwhile
            for name in self._wanted - self._joined:
                async with asyncio.timeout(SEND_SECONDS):
                    await self._layer.group_add(name, channel)
                self._joined.add(name)
            for name in self._joined - self._wanted:
                async with asyncio.timeout(SEND_SECONDS):
                    await self._layer.group_discard(name, channel)
                self._joined.discard(name)

    # -- the messages

    async def _receive(self, channel: str) -> None:
        while True:
            try:
                message = await self._layer.receive(channel)
            except Exception as error:
                # One message that cannot be read holds up no other; a layer that can give none is not asked in a rush.
                logger.warning("A message of the channel layer could not be read: %r", error)
                await asyncio.sleep(self._unreadable.take())
                continue
            if message == {"type": ECHO}:
                self._echoes_due = 0
                counters.bus_round_trip.observe(perf_counter() - self._echo_sent_at)
                self._report_up()
            else:
                self._take(message)

    def _take(self, message: dict) -> None:
        try:
            if message.get("type") == BATCH:
                for each in message["messages"]:
                    self._take(each)
            else:
                self._hear(message)
        except Exception:
            logger.exception("A message of another process could not be used")

    async def _send(self) -> None:
        while True:
            group, messages = await self._outgoing.get()
            message = messages[0] if len(messages) == 1 else {"type": BATCH, "messages": messages}
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await self._layer.group_send(group, message)
            except Exception:
                self._outgoing.count_drop(sum(map(weigh, messages)))
                raise


async def end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel tasks and wait until they have ended."""
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
