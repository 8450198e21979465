"""One client's live link, whatever its transport: its commands in, its topics' events out."""

import itertools
import logging
import time
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from realtime import own_commands, protocol
from realtime.conf import limits
from realtime.errors import Binary, CommandError, Internal, NotSubscribed, RateLimited, UnknownType
from realtime.frames import Frame, frames_of
from realtime.metrics import counters
from realtime.rate_limit import Buckets
from realtime.topics import Later, find

if TYPE_CHECKING:
    from realtime.hub import Hub

logger = logging.getLogger(__name__)


class Transport(Protocol):
    """What carries a session: a WebSocket, later a stream of events or a long poll."""

    name: str

    @property
    def buffered(self) -> int:
        """Bytes that wait for the client to read."""

    @property
    def is_slow(self) -> bool:
        """Whether it is worth asking how many those are."""

    def send(self, frames: Sequence[Frame]) -> None:
        """Send these frames in one go, or let them wait; never blocks."""

    def close(self, code: int) -> None:
        """End the link after what waits."""


class Person(Protocol):
    """The public face of who holds a link; what else it has is told in `hello` as it is."""

    @property
    def id(self) -> Any: ...  # the primary key
    @property
    def name(self) -> str: ...


_numbers = itertools.count(1)


class Session:
    """A link that is open. `user` is the person's public face, `credentials` what the sign-in rests on."""

    def __init__(self, hub: "Hub", transport: Transport, user: Person, credentials, address: str = "") -> None:
        self.number = next(_numbers)
        self.id = f"{hub.id}-{self.number}"
        self.hub = hub
        self.transport = transport
        self.user = user
        self.user_id = user.id
        self.credentials = credentials
        self.address = address
        self.since = time.time()
        self.opened_at = hub.loop.time()
        self.state = "online"
        self.topics: set[str] = set()  # what it was admitted to
        self.joins: dict[str, int] = {}  # what it was admitted to or waits for: the number of its last join
        self.silent = True
        self.closed = False
        self._commands = Buckets(limits.COMMANDS_PER_10_SECONDS / 10, limits.COMMANDS_BURST)
        self._refusals = Buckets(limits.REFUSALS_BEFORE_ABUSE / 60, limits.REFUSALS_BEFORE_ABUSE)

    def open(self) -> None:
        """Enter the hub and say hello."""
        if self.hub.is_stopping:
            self.transport.close(protocol.RESTARTING)
            self.closed = True
            return
        theirs = self.hub.people.get(self.user_id, ())
        if len(theirs) >= limits.LINKS_PER_PERSON:
            self.transport.close(protocol.TOO_MANY_LINKS)
            self.closed = True
            return
        self.hub.add(self)
        counters.opened += 1
        self.write(
            protocol.hello(
                {
                    "protocol": protocol.VERSION,
                    "link": self.id,
                    "user": self.user,
                    "epoch": self.hub.epoch,
                    "heartbeat_seconds": limits.HEARTBEAT_SECONDS,
                    "limits": {
                        "frame_bytes": limits.FRAME_IN_BYTES,
                        "message_characters": limits.MESSAGE_CHARACTERS,
                        "topics": limits.TOPICS_PER_LINK,
                    },
                }
            )
        )

    def close(self, code: int) -> None:
        """End the link from this side."""
        if not self.closed:
            self.closed = True
            self.hub.remove(self)
            self.transport.close(code)

    def gone(self) -> None:
        """The client has ended the link, or the line is dead."""
        self.closed = True
        self.hub.remove(self)

    def matches(self, session_key: str | None, token_id: int | None) -> bool:
        """Whether the link stands on this sign-in or token; on any, where neither is named."""
        if session_key is None and token_id is None:
            return True
        mine = self.credentials
        return (session_key is not None and mine.session_key == session_key) or (
            token_id is not None and mine.token_id == token_id
        )

    def forget(self, name: str) -> None:
        """Be subscribed to that topic no longer."""
        self.topics.discard(name)
        self.joins.pop(name, None)

    # -- out

    def write(self, text: str) -> None:
        """Write a text of this session's own."""
        self.send(frames_of(text))

    def send(self, frames: Sequence[Frame]) -> None:
        """Write these frames; a client that has read too little of what came before is closed."""
        if self.closed:
            return
        self.transport.send(frames)
        if self.transport.is_slow and self.transport.buffered > limits.BUFFER_HARD_BYTES:
            self.close(protocol.TOO_SLOW)

    def send_heartbeat(self) -> None:
        feeds = (self.hub.feeds.get(name) for name in self.topics)
        self.write(protocol.heartbeat({feed.name: feed.cursor for feed in feeds if feed and feed.cursor is not None}))

    # -- in

    async def handle(self, text: str) -> None:
        """Answer what a frame asks for; a post is answered later, and the next frame is read meanwhile."""
        for line in protocol.decode_frame(text, limits.FRAME_IN_BYTES):
            if self.closed or self.hub.is_stopping:
                return
            self.silent = False
            if isinstance(line, protocol.Refusal):
                self._refuse(line.ref, line.error)
            else:
                await self._answer(line)

    def handle_binary(self) -> None:
        self.silent = False
        self._refuse(None, Binary())

    def spend(self, tokens: float) -> None:
        """Take tokens for a command. Raises RateLimited."""
        wait = self._commands.take(None, self.hub.loop.time(), tokens)
        if wait:
            raise RateLimited(retry_after=wait)

    async def _answer(self, command: protocol.Command) -> None:
        is_later = False
        begun = time.perf_counter()
        self.hub.under_way.begin()
        try:
            self.spend(1)
            answer = await self._run(command)
            if isinstance(answer, Later):
                answer.begin(partial(self._answer_later, command.ref, begun))
                is_later = True
        except CommandError as error:
            self._refuse(command.ref, error)
        except Exception:
            logger.exception("%s of link %s failed", command.type, self.id)
            self._refuse(command.ref, Internal())
        else:
            if not is_later:
                self.write(protocol.ok(command.ref, answer))
        finally:
            if not is_later:
                self.hub.under_way.end()

    def _answer_later(self, ref: int, begun: float, result: object) -> None:
        self.hub.under_way.end()
        if isinstance(result, CommandError):
            self._refuse(ref, result)
        else:
            self.write(protocol.ok(ref, result))
            counters.post(begun)

    def _refuse(self, ref: int | None, error: CommandError) -> None:
        self.write(protocol.error(ref, error))
        if self._refusals.take(None, self.hub.loop.time()):
            self.close(protocol.ABUSE)

    async def _run(self, command: protocol.Command) -> object:
        if command.topic is None:
            own = own_commands.find(command.type)
            return await own.method(self, protocol.decode_data(command.data, own.data))
        topic = find(command.topic)
        handler = topic.commands.get(command.type)
        if handler is None:
            raise UnknownType
        data: object = protocol.decode_data(command.data, handler.data)
        if topic.name not in self.topics:
            raise NotSubscribed
        if handler.costs_post:
            wait = self.hub.posts.take(self.user_id, self.hub.loop.time())
            if wait:
                raise RateLimited("You write faster than others can read.", retry_after=wait)
        return await handler.method(topic, self, data)
