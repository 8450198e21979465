"""One a process: which sessions listen to which topic, and how far each topic has been told."""

import asyncio
import contextlib
import itertools
import logging
import secrets
from collections.abc import Callable, Iterable, Sequence
from contextvars import Context
from typing import TYPE_CHECKING, ClassVar

from realtime import links, threads, watch
from realtime.address import network_of
from realtime.bus import PROCESSES, Bus, messages_of
from realtime.catch_up import CatchUp
from realtime.clock import clock
from realtime.conf import limits
from realtime.draining import UnderWay, drain
from realtime.errors import Unavailable
from realtime.events import Event
from realtime.feed import READING, Feed
from realtime.mending import expect
from realtime.presence import Presence
from realtime.protocol import RESTARTING, SIGNED_OUT
from realtime.rate_limit import Buckets
from realtime.sequences import find_epoch
from realtime.topic_ids import UserKey, unpack_user_key

if TYPE_CHECKING:
    from realtime.session import Session

logger = logging.getLogger(__name__)


class Hub:
    """The process's switchboard. Everything here happens in the loop's thread; others use `call`."""

    _current: ClassVar["Hub | None"] = None

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.id = secrets.token_hex(8)
        self.epoch = ""
        self.feeds: dict[str, Feed] = {}
        self.sessions: dict[str, Session] = {}
        self.people: dict[UserKey, set[Session]] = {}
        self.addresses: dict[str, int] = {}
        self.ended: dict[UserKey, float] = {}  # whose sign-ins were ended lately, and when
        self.bus = Bus(self.hear)
        self.catch_up = CatchUp()
        self.presence = Presence(self)
        self.posts = Buckets(limits.POSTS_PER_10_SECONDS / 10, limits.POSTS_BURST)
        self.under_way = UnderWay()
        self.is_stopping = False
        self._is_over = False
        self._dirty: dict[str, Feed] = {}
        self._joins = itertools.count(1)
        self._flush_is_due = False
        self._starting: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    # -- life

    @classmethod
    async def get(cls) -> "Hub":
        """Return this loop's hub, started. Raises Unavailable when it stops, or the database does not answer."""
        loop = asyncio.get_running_loop()
        if cls._current is None or cls._current.loop is not loop:
            cls._current = cls(loop)
        hub = cls._current
        if hub.is_stopping:
            raise Unavailable("The server goes down.")
        if hub._starting is None or (hub._starting.done() and hub._starting.exception()):
            hub._starting = loop.create_task(hub._start(), context=Context())
        await asyncio.shield(hub._starting)
        return hub

    @classmethod
    def of_this_process(cls) -> "Hub | None":
        """Return the hub that serves here, from any thread."""
        hub = cls._current
        return hub if hub is not None and hub.loop.is_running() and not hub._is_over else None

    async def _start(self) -> None:
        self.epoch = await threads.read(find_epoch)
        await self.bus.start()
        self.spawn(watch.beat(self))
        self.spawn(watch.heads(self))
        self.spawn(watch.credentials(self))
        self.spawn(watch.standing(self))
        self.spawn(watch.use(self))
        self.spawn(watch.lag())
        clock.start()  # under a server that does not say that it starts

    async def stop(self) -> None:
        """Send everybody away with "restarting", and end; no other hub comes after it in this loop."""
        await drain(self)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.bus.stop()
        self._is_over = True

    def spawn(self, work) -> None:
        """Run a coroutine beside; it ends with the hub."""
        # In a context of its own: the deadline of the command that happened to start it is not its own.
        task = self.loop.create_task(work, context=Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def call(self, function: Callable[..., None], *arguments: object) -> None:
        """Run a function in the loop's thread, from any thread."""
        try:
            here = asyncio.get_running_loop() is self.loop
        except RuntimeError:
            here = False
        if here:
            function(*arguments)
        else:
            with contextlib.suppress(RuntimeError):  # the loop has just closed: nobody listens
                self.loop.call_soon_threadsafe(function, *arguments)

    def start_over(self, epoch: str) -> None:
        """Go on with another history: everybody comes back with cursors of the old one, and is told reset."""
        logger.warning("The database holds another history than this server has delivered. All clients start over.")
        self.epoch = epoch
        for session in list(self.sessions.values()):
            session.close(RESTARTING)

    # -- who listens

    def add(self, session: "Session") -> None:
        self.sessions[session.id] = session
        self.people.setdefault(session.user_id, set()).add(session)
        network = network_of(session.address)
        self.addresses[network] = self.addresses.get(network, 0) + 1
        if session.user_id in self.ended:  # its sign-in may have been looked up before that
            self.spawn(watch.check_again(self, session))

    def remove(self, session: "Session") -> None:
        if self.sessions.pop(session.id, None) is None:
            return
        for name in list(session.joins):
            self.leave(session, name)
        theirs = self.people[session.user_id]
        theirs.discard(session)
        if not theirs:
            del self.people[session.user_id]
        network = network_of(session.address)
        self.addresses[network] -= 1
        if not self.addresses[network]:
            del self.addresses[network]

    def join(self, session: "Session", name: str) -> Feed:
        """Let a session in at the back: what is told from now on is kept for it until it has read.

        It is no subscriber yet: nothing of the topic goes to it, and none of its commands is taken there.
        """
        feed = self.feeds.get(name)
        if feed is None:
            feed = self.feeds[name] = Feed(name)
        feed.listeners.discard(session)
        feed.joiners[session] = READING
        session.joins[name] = next(self._joins)
        return feed

    def is_joining(self, session: "Session", name: str, head: int) -> bool:
        """Say whether a session that was allowed when the topic stood at `head` may still be admitted."""
        feed = self.feeds.get(name)
        return feed is not None and session in feed.joiners and not feed.removes(session.user_id, head)

    def admit(self, session: "Session", name: str, head: int) -> None:
        """Make a joiner that has everything up to `head` a listener."""
        feed = self.feeds[name]
        feed.joiners[session] = head
        session.topics.add(name)
        if feed.cursor is None:
            feed.skip_to(head)
            self.tell(feed, feed.drain())
        self._schedule(feed)
        self.presence.joined(session, name)

    def leave(self, session: "Session", name: str) -> None:
        session.forget(name)
        feed = self.feeds.get(name)
        if feed is None:
            return
        feed.listeners.discard(session)
        feed.joiners.pop(session, None)
        self.presence.changed(name)
        self._drop_if_empty(feed)

    def revoke(self, session: "Session", name: str) -> None:
        """End a subscription that is no longer allowed, and say so; a joiner is told by the reply that it waits for."""
        was_admitted = name in session.topics
        self.leave(session, name)
        if was_admitted:
            session.write(Event(name, "removed", {}).line)

    def _drop_if_empty(self, feed: Feed) -> None:
        if feed.empty and self.feeds.get(feed.name) is feed:
            del self.feeds[feed.name]
            self.bus.leave(feed.name)
            self.presence.forget(feed.name)

    # -- what is told

    def publish(self, events: Sequence[Event]) -> None:
        """Tell what this process has committed: to its own sessions now, to the others by the bus."""
        for event in events:
            self.take(event)
        if not self.bus.alone:
            for group, message in messages_of(events):
                self.bus.send(group, message | {"from": self.id})

    def publish_now(self, events: Sequence[Event]) -> None:
        """Publish events and write them in this turn: whoever waits for an answer has it."""
        self.publish(events)
        self.flush()

    def hear(self, message: dict) -> None:
        """Take what another process says."""
        if message.get("from") == self.id:
            return
        match message["type"]:
            case "hub.events":
                for fields in message["events"]:
                    event = Event.from_the_bus(message["topic"], fields)
                    if event.by is not None:
                        self.posts.charge(event.by, self.loop.time())
                    self.take(event)
            case "hub.heads":
                for topic in self.feeds.keys() & message["heads"]:
                    expect(self, self.feeds[topic], message["heads"][topic])
            case "hub.presence":
                self.presence.hear(message)
            case "hub.end":
                self._end_links(message)
            case "hub.ask" | "hub.close" | "hub.links":
                links.answer(self, message)

    def take(self, event: Event) -> None:
        """Bring an event to its topic's listeners here, in its turn."""
        feed = self.feeds.get(event.topic)
        if feed is None:
            return
        if event.seq is None:
            feed.tell(event)
            self._schedule(feed)
            return
        self.tell(feed, feed.accept(event))
        if feed.cursor is not None and event.seq > feed.cursor:
            expect(self, feed, event.seq)

    def tell(self, feed: Feed, events: Iterable[Event]) -> None:
        """Let a feed's listeners have these; whoever one of them removes hears it, and nothing after it."""
        for event in events:
            feed.tell(event)
            if event.removes:
                feed.distribute()
                feed.cut(event)
                self.presence.changed(feed.name)
        self._schedule(feed)

    def _schedule(self, feed: Feed) -> None:
        """Have a feed written in the next turn, with what else comes in this one (docs/decisions/0012)."""
        self._dirty[feed.name] = feed
        if not self._flush_is_due:
            self._flush_is_due = True
            self.loop.call_soon(self.flush)

    def flush(self) -> None:
        """Write to all listeners what is new for them."""
        self._flush_is_due = False
        dirty, self._dirty = self._dirty, {}
        for feed in dirty.values():
            feed.distribute()
            self._drop_if_empty(feed)

    # -- ends

    def end_links(self, end: dict) -> None:
        """Close links here and in every other process."""
        self._end_links(end)
        self.bus.send(PROCESSES, {"type": "hub.end", "from": self.id, **end})

    def _end_links(self, end: dict) -> None:
        user_id = unpack_user_key(end["user_id"])
        self.ended[user_id] = self.loop.time()
        for session in list(self.people.get(user_id, ())):
            if session.matches(end["session_key"], end["token_id"]):
                session.close(SIGNED_OUT)
