"""The hub, one for each process: its connections, its topics, and how far each topic is delivered."""

import asyncio
import contextlib
import itertools
import logging
import secrets
from collections.abc import Callable, Coroutine, Iterable, Sequence
from collections.abc import Set as AbstractSet
from contextvars import Context
from typing import ClassVar, Protocol

from realtime.engine.bus import Bus, messages_of
from realtime.engine.bus_queue import PROCESSES
from realtime.engine.catch_up import CatchUp
from realtime.engine.connection import Connection
from realtime.engine.fan_out import leaves_interpreter
from realtime.engine.protocol import RESTARTING, SIGNED_OUT, heartbeat
from realtime.engine.running_commands import RunningCommands
from realtime.engine.topic_subscribers import READING, TopicSubscribers
from realtime.engine.topics import count_elsewhere
from realtime.shared.address import network_of
from realtime.shared.events import Event
from realtime.shared.topic_ids import UserKey, unpack_user_key

logger = logging.getLogger(__name__)


class PresenceTracker(Protocol):
    """The part of presence that the hub calls when subscriptions change; presence.py has it."""

    def joined(self, connection: Connection, name: str) -> None: ...
    def changed(self, name: str) -> None: ...
    def forget(self, name: str) -> None: ...
    def tick(self) -> None: ...


class Hub:
    """Connections, topics and the flush. Everything happens in the event loop's thread; other threads use `call`.

    lifecycle.py makes the hub and sets `presence`; `on_gap`, which is called with a topic's subscribers and the head
    that they lack; and `handlers`, the functions for messages from other processes, by type.
    """

    current: ClassVar["Hub | None"] = None
    presence: PresenceTracker
    on_gap: Callable[[TopicSubscribers, int], None]

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.id = secrets.token_hex(8)
        self.epoch = ""
        self.subscribers: dict[str, TopicSubscribers] = {}
        self.connections: dict[str, Connection] = {}
        self.people: dict[UserKey, set[Connection]] = {}
        self.addresses: dict[str, int] = {}
        self.ended: dict[UserKey, float] = {}  # users whose sign-ins were ended lately, and when
        self.bus = Bus(self.receive)
        self.catch_up = CatchUp()
        self.running_commands = RunningCommands()
        self.handlers: dict[str, Callable[[dict], None]] = {
            "hub.publication": self._take_publication,
            "hub.heads": self._take_heads,
            "hub.end": self._end_connections,
        }
        self.is_stopping = False
        self.is_over = False
        self._dirty: dict[str, TopicSubscribers] = {}
        self._joins = itertools.count(1)
        self._flush_is_due = False
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    def of_this_process(cls) -> "Hub | None":
        """Return the hub of this process, from any thread; None where none is running."""
        hub = cls.current
        return hub if hub is not None and hub.loop.is_running() and not hub.is_over else None

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        """Run a coroutine in the background; it is cancelled when the hub stops."""
        # An empty context: the work must not inherit the deadline of the command that happens to start it.
        task = self.loop.create_task(work, context=Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def cancel_tasks(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def call(self, function: Callable[..., None], *arguments: object) -> None:
        """Run a function in the loop's thread, from any thread."""
        try:
            here = asyncio.get_running_loop() is self.loop
        except RuntimeError:
            here = False
        if here:
            function(*arguments)
        else:
            with contextlib.suppress(RuntimeError):  # the loop has just closed, and its connections with it
                self.loop.call_soon_threadsafe(function, *arguments)

    def start_over(self, epoch: str) -> None:
        """Continue with another history: close all connections; clients return with old cursors and get `reset`."""
        logger.warning(
            "The database holds another history than this server has delivered: perhaps a backup was restored."
            " All clients reconnect and load their data anew."
        )
        self.epoch = epoch
        for connection in list(self.connections.values()):
            connection.close(RESTARTING)

    # -- connections and their subscriptions

    def add(self, connection: Connection) -> None:
        connection.on_close = self.remove
        self.connections[connection.id] = connection
        self.people.setdefault(connection.user_id, set()).add(connection)
        network = network_of(connection.address)
        self.addresses[network] = self.addresses.get(network, 0) + 1

    def connections_of(self, user_id: UserKey) -> AbstractSet[Connection]:
        return self.people.get(user_id, frozenset())

    def remove(self, connection: Connection) -> None:
        if self.connections.pop(connection.id, None) is None:
            return
        for name in list(connection.joins):
            self.leave(connection, name)
        theirs = self.people[connection.user_id]
        theirs.discard(connection)
        if not theirs:
            del self.people[connection.user_id]
        network = network_of(connection.address)
        self.addresses[network] -= 1
        if not self.addresses[network]:
            del self.addresses[network]

    def join(self, connection: Connection, name: str) -> TopicSubscribers:
        """Add a connection to a topic's joiners.

        Events that are delivered from now on are kept until it has caught up. It is not a subscriber yet: it receives
        nothing of the topic, and its commands there are refused.
        """
        subscribers = self.subscribers.get(name)
        if subscribers is None:
            subscribers = self.subscribers[name] = TopicSubscribers(name)
        subscribers.listeners.discard(connection)
        subscribers.joiners[connection] = READING
        connection.joins[name] = next(self._joins)
        return subscribers

    def is_joining(self, connection: Connection, name: str, head: int) -> bool:
        """Return whether a connection that was allowed at `head` may still be admitted.

        No later event removes its user.
        """
        subscribers = self.subscribers.get(name)
        return (
            subscribers is not None
            and connection in subscribers.joiners
            and not subscribers.removes(connection.user_id, head)
        )

    def admit(self, connection: Connection, name: str, head: int) -> None:
        """Admit a joiner that has everything up to `head`."""
        subscribers = self.subscribers[name]
        subscribers.joiners[connection] = head
        connection.topics.add(name)
        if subscribers.cursor is None:
            subscribers.skip_to(head)
            self.deliver(subscribers, subscribers.drain())
        self._schedule(subscribers)
        self.presence.joined(connection, name)

    def leave(self, connection: Connection, name: str) -> None:
        connection.forget(name)
        subscribers = self.subscribers.get(name)
        if subscribers is None:
            return
        subscribers.listeners.discard(connection)
        subscribers.joiners.pop(connection, None)
        self.presence.changed(name)
        self._drop_if_empty(subscribers)

    def revoke(self, connection: Connection, name: str) -> None:
        """End a subscription that is no longer allowed, and send `removed`.

        A joiner is refused in its reply instead.
        """
        was_admitted = name in connection.topics
        self.leave(connection, name)
        if was_admitted:
            connection.write(Event(name, "removed", {}).line)

    def _drop_if_empty(self, subscribers: TopicSubscribers) -> None:
        if subscribers.empty and self.subscribers.get(subscribers.name) is subscribers:
            del self.subscribers[subscribers.name]
            self.bus.leave(subscribers.name)
            self.presence.forget(subscribers.name)

    # -- delivery

    def publish(self, events: Sequence[Event]) -> None:
        """Deliver committed events: to connections of this process now, to other processes by the bus."""
        for event in events:
            self.take(event)
        if not self.bus.alone:
            for group, message in messages_of(events):
                self.bus.send(group, message | {"from": self.id})

    def flush_leaves_interpreter(self) -> bool:
        """Return whether another thread can run during the next flush."""
        return any(leaves_interpreter(subscribers.listeners) for subscribers in self._dirty.values())

    def receive(self, message: dict) -> None:
        """Handle a message from another process. Types that this version does not know are ignored."""
        handler = self.handlers.get(message["type"])
        if handler is not None and message.get("from") != self.id:
            handler(message)

    def _take_publication(self, message: dict) -> None:
        for fields in message["events"]:
            event = Event.from_the_bus(fields)
            if event.by is not None:
                count_elsewhere(event.topic, event.by)
            self.take(event)

    def _take_heads(self, message: dict) -> None:
        for topic in self.subscribers.keys() & message["heads"]:
            self.on_gap(self.subscribers[topic], message["heads"][topic])

    def take(self, event: Event) -> None:
        """Take an event for the topic's subscribers in this process; deliver it once the events before it are."""
        subscribers = self.subscribers.get(event.topic)
        if subscribers is None:
            return
        if event.seq is None:
            subscribers.add(event)
            self._schedule(subscribers)
            return
        self.deliver(subscribers, subscribers.accept(event))
        if subscribers.cursor is not None and event.seq > subscribers.cursor:
            self.on_gap(subscribers, event.seq)

    def deliver(self, subscribers: TopicSubscribers, events: Iterable[Event]) -> None:
        """Deliver events to a topic's subscribers; a user whom an event removes gets that event, and none after it."""
        for event in events:
            subscribers.add(event)
            if event.removes:
                subscribers.distribute()
                subscribers.cut(event)
                self.presence.changed(subscribers.name)
        self._schedule(subscribers)

    def _schedule(self, subscribers: TopicSubscribers) -> None:
        """Write this topic in the loop's next turn, with everything that arrives in this one (docs/decisions/0017)."""
        self._dirty[subscribers.name] = subscribers
        if not self._flush_is_due:
            self._flush_is_due = True
            self.loop.call_soon(self.flush)

    def flush(self) -> None:
        """Write the waiting events to all subscribers."""
        self._flush_is_due = False
        dirty, self._dirty = self._dirty, {}
        for subscribers in dirty.values():
            subscribers.distribute()
            self._drop_if_empty(subscribers)

    def send_heartbeat(self, connection: Connection) -> None:
        """Send the heads of a connection's topics, by which its client sees whether it lacks events."""
        found = (self.subscribers.get(name) for name in connection.topics)
        connection.write(heartbeat({each.name: each.cursor for each in found if each and each.cursor is not None}))

    # -- ended sign-ins

    def end_connections(self, end: dict) -> None:
        """Close connections of ended sign-ins, here and in every other process."""
        self._end_connections(end)
        self.bus.send(PROCESSES, {"type": "hub.end", "from": self.id, **end})

    def _end_connections(self, end: dict) -> None:
        user_id = unpack_user_key(end["user_id"])
        self.ended[user_id] = self.loop.time()
        for connection in list(self.connections_of(user_id)):
            if connection.matches(end["session_key"], end["token_id"]):
                connection.close(SIGNED_OUT)
