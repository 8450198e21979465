"""One client's open connection, whatever its transport: its user, its subscriptions, and writing to it."""

import itertools
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from realtime.conf import limits
from realtime.engine import protocol
from realtime.engine.frames import Frame, frames_of


class Transport(Protocol):
    """The way to one client: a WebSocket, later perhaps server-sent events or long polling."""

    name: str

    @property
    def socket(self) -> int:
        """The descriptor of a socket that takes a frame's bytes as they are; -1 while there is none."""

    @property
    def deflates(self) -> bool:
        """Whether the socket expects deflated bytes."""

    @property
    def has_backlog(self) -> bool:
        """Whether bytes wait for the client to read."""

    @property
    def buffered(self) -> int:
        """How many bytes wait."""

    def send(self, frames: Sequence[Frame]) -> None:
        """Send these frames together, or queue them. Never blocks."""

    def close(self, code: int) -> None:
        """Close the connection, after the bytes that wait."""


class Person(Protocol):
    """A user as other users see one; `hello` contains all its fields."""

    @property
    def id(self) -> Any: ...  # the primary key
    @property
    def name(self) -> str: ...


_numbers = itertools.count(1)


class Connection:
    """An open connection.

    `user`: its user, as others see them. `credentials`: its session or token. `language`: the language of errors.
    `state`: the presence that the client has set. `topics`: those that it is subscribed to. `joins`: those and the ones
    that it is joining, each with the number of its last join.
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
        self.is_silent = True  # until the client sends something
        self.closed = False
        self.on_close: Callable[[Connection], None] | None = None
        self._held: tuple[Frame, ...] = ()

    def write(self, text: str) -> None:
        """Write lines that are for this connection alone."""
        self.send(frames_of(text))

    def send(self, frames: Sequence[Frame]) -> None:
        """Write these frames; close the connection if too many bytes wait for the client to read."""
        if self.closed:
            return
        if self._held:
            frames, self._held = (*self._held, *frames), ()
        self.transport.send(frames)
        if self.transport.has_backlog and self.transport.buffered > limits.BUFFER_HARD_BYTES:
            self.close(protocol.TOO_SLOW)

    def hold(self, frames: Sequence[Frame]) -> None:
        """Keep these frames for the next `send`, which must follow in the same turn: one system call for all."""
        self._held = (*self._held, *frames)

    def close(self, code: int) -> None:
        """Close the connection from the server's side."""
        if not self.closed:
            self.end()
            self.transport.close(code)

    def end(self) -> None:
        """Mark the connection as closed, by the client or because the network failed."""
        self.closed = True
        if self.on_close is not None:
            self.on_close(self)

    def forget(self, topic: str) -> None:
        """Remove a topic from the subscriptions."""
        self.topics.discard(topic)
        self.joins.pop(topic, None)

    def matches(self, session_key: str | None, token_id: int | None) -> bool:
        """Return whether the connection belongs to this session or token. True where neither is given."""
        if session_key is None and token_id is None:
            return True
        mine = self.credentials
        return (session_key is not None and mine.session_key == session_key) or (
            token_id is not None and mine.token_id == token_id
        )
