"""One client's open connection, whatever its transport: who holds it, what it is subscribed to, and writing to it."""

import itertools
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from realtime.conf import limits
from realtime.engine import protocol
from realtime.engine.frames import Frame, frames_of


class Transport(Protocol):
    """What carries a connection: a WebSocket, later a stream of events or a long poll."""

    name: str

    @property
    def socket(self) -> int:
        """The file descriptor of a socket that takes a frame's bytes as they are; -1 for none, or none now."""

    @property
    def deflates(self) -> bool:
        """Whether its socket takes the deflated bytes."""

    @property
    def has_backlog(self) -> bool:
        """Whether anything waits for the client to read."""

    @property
    def buffered(self) -> int:
        """How many bytes those are."""

    def send(self, frames: Sequence[Frame]) -> None:
        """Send these frames in one go, or let them wait; never blocks."""

    def close(self, code: int) -> None:
        """Close the connection after what waits."""


class Person(Protocol):
    """The public face of a user; `hello` contains it with all its fields."""

    @property
    def id(self) -> Any: ...  # the primary key
    @property
    def name(self) -> str: ...


_numbers = itertools.count(1)


class Connection:
    """An open connection. `user` is its user's public face, `credentials` the sign-in or token that it rests on.

    `language`: that of the errors which its client shows.
    `topics`: those that it is subscribed to. `joins`: those, and the ones it is subscribing to, each with the number of
    its last join. `state`: the presence that the client has set.
    """

    def __init__(
        self,
        process: str,
        transport: Transport,
        user: Person,
        credentials,
        address: str = "",
        language: str = "en",
    ) -> None:
        self.number = next(_numbers)
        self.id = f"{process}-{self.number}"
        self.transport = transport
        self.user = user
        self.user_id = user.id
        self.credentials = credentials
        self.address = address
        self.language = language
        self.since = time.time()
        self.opened_at = time.monotonic()
        self.state = "online"
        self.topics: set[str] = set()
        self.joins: dict[str, int] = {}
        self.is_silent = True  # the client has sent nothing yet
        self.closed = False
        self.on_close: Callable[[Connection], None] | None = None

    def write(self, text: str) -> None:
        """Write lines that are for this connection alone."""
        self.send(frames_of(text))

    def send(self, frames: Sequence[Frame]) -> None:
        """Write these frames; a client that has read too little of what came before is closed."""
        if self.closed:
            return
        self.transport.send(frames)
        if self.transport.has_backlog and self.transport.buffered > limits.BUFFER_HARD_BYTES:
            self.close(protocol.TOO_SLOW)

    def close(self, code: int) -> None:
        """Close the connection from this side."""
        if not self.closed:
            self.end()
            self.transport.close(code)

    def end(self) -> None:
        """Take note that the connection is closed: by the client, or because the network failed."""
        self.closed = True
        if self.on_close is not None:
            self.on_close(self)

    def forget(self, topic: str) -> None:
        """End the subscription to a topic."""
        self.topics.discard(topic)
        self.joins.pop(topic, None)

    def matches(self, session_key: str | None, token_id: int | None) -> bool:
        """Return whether the connection rests on this session or token; on any, where neither is named."""
        if session_key is None and token_id is None:
            return True
        mine = self.credentials
        return (session_key is not None and mine.session_key == session_key) or (
            token_id is not None and mine.token_id == token_id
        )
