"""The bus: messages between processes through the channel layer.

Events that it loses are found by comparing heads.
"""

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

# Events on more topics than this are not sent: only the topics' heads are, so many in a message, and each process
# reads the events of its own subscribers from the database. Ten thousand notifications then do not go through the
# bus. A batch of posts has at most half as many topics.
MANY_TOPICS = 256
HEADS_A_MESSAGE = 1_000
BATCH = "bus.batch"  # Several messages sent as one: a call of Redis costs as much as thirty events.
JOIN_SECONDS = 1.0  # Then go on without the group: events that are published meanwhile are found by the heads.
SEND_SECONDS = 2.0  # Of each call of the layer. A Redis nearby answers in a millisecond, one overseas in 0.3 s.
CHECK_SECONDS = 1.0
MOST_ECHOES_DUE = 2
ECHO = "bus.echo"
RETRY_SECONDS = 0.5
STOP_SECONDS = 1.0
UNREADABLE_PER_SECOND, UNREADABLE_BURST = 1, 20


def messages_of(events: Sequence[Event]) -> Iterator[tuple[str, dict]]:
    """Yield (group, message) for each message that the other processes need of these events.

    Events of one topic go to its group, in which are the processes that have subscribers of it. Events of several
    topics are one message to all processes (docs/decisions/0019).
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
    """Hides the traceback that channels_redis logs each second while Redis is away; the bus logs one line instead.

    It is added in code and not in LOGGING, so that it also holds on a site that configures its own logging.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        return not record.getMessage().startswith("Unexpected exception in receive task")


logging.getLogger("channels_redis.pubsub").addFilter(WithoutReceiveErrors())


class Bus:
    """This process's connection to the channel layer, with the messages that wait to be sent. No method raises.

    The channel layer may be of any kind, with exceptions of its own. After any exception or time-out the connection
    is closed and a new one is made. A connection can also die without an error, and then looks like one on which
    nothing is sent; therefore the bus sends itself a message every second and waits for it.
    """

    def __init__(self, receive: Callable[[dict], None]) -> None:
        self._receive_message = receive
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
        """Whether there is no other process to send to."""
        return self._layer is None

    @property
    def is_up(self) -> bool:
        """Whether messages reach other processes, as far as is known. Always True without another process."""
        return self.alone or (self._channel is not None and not self._is_down)

    async def start(self) -> None:
        """Connect in the background; wait at most a second for it, so that a layer that is away delays no start."""
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
            with contextlib.suppress(TimeoutError):  # a Redis that does not answer must not prevent the stop
                async with asyncio.timeout(STOP_SECONDS):
                    await self._layer.close_pools()

    async def join(self, names: Iterable[str]) -> None:
        """Enter the groups of these topics; return once the layer has confirmed it, or after a second."""
        self._wanted.update(names)
        await self._adjust_groups()

    def leave(self, name: str) -> None:
        """Leave the group of this topic, at the next adjustment of the groups."""
        self._wanted.discard(name)

    def send(self, group: str, message: dict) -> None:
        """Queue a message for the other processes in a group. They receive messages in order."""
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
        """Run one task of the connection; an exception in it ends the connection."""

        async def run() -> None:
            try:
                await work
            except Exception as error:
                if self._failure is not None and not self._failure.done():
                    self._failure.set_exception(error)

        return asyncio.create_task(run())

    async def _disconnect(self, parts: list[asyncio.Task[None]]) -> None:
        """Close everything that belongs to this connection, whatever state it is in."""
        receiving, others = parts[:1], parts[1:] + ([self._changing] if self._changing else [])
        self._channel, self._changing, self._joined = None, None, set()
        await end(others)  # First: they hold the layer's lock while they wait for Redis, and flush() needs it.
        if "flush" in getattr(self._layer, "extensions", ()):
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await self._layer.flush()
            except Exception as error:
                logger.info("The channel layer's connections could not be closed in order: %r", error)
        await end(receiving)  # Last: before the flush, cancelling it would wait for Redis to unsubscribe.

    async def _check(self, channel: str) -> None:
        """Send this process a message every second. Raises ConnectionError when several have not come back.

        They are counted instead of timed: after a second in which the event loop was blocked they are still on their
        way.
        """
        while True:
            if self._echoes_due >= MOST_ECHOES_DUE:
                raise ConnectionError("The bus sent itself messages and none came back.")
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
            logger.warning(
                "The channel layer does not answer: %s. Until it does, events from other processes arrive some"
                " seconds late, read from the database. Check REDIS_URL and whether Redis runs.",
                reason,
            )

    def _report_up(self) -> None:
        if self._is_down:
            self._is_down = False
            dropped = self._outgoing.recount()
            logger.warning(
                "The channel layer answers again; %d messages to other processes were dropped meanwhile.", dropped
            )

    # -- the groups

    async def _adjust_groups(self) -> None:
        """Join and leave groups until they are those that are wanted; return then, or after a second."""
        if self._channel is None or self._wanted == self._joined:
            return
        if self._changing is None or self._changing.done():
            self._changing = self._begin(self._change_groups(self._channel))
        # The time limit does not cancel the task: a layer that is stopped half-way may believe that it has
        # subscribed.
        await asyncio.wait({self._changing}, timeout=JOIN_SECONDS)

    async def _change_groups(self, channel: str) -> None:
        while self._wanted != self._joined:  # while it waits, other topics may be added or removed
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
                # One unreadable message must not block the others; the pause prevents a busy loop where the layer
                # always fails.
                logger.warning("A message from the channel layer could not be read and is skipped: %r", error)
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
                self._receive_message(message)
        except Exception:
            logger.exception("A message from another process could not be handled and is skipped")

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
