"""The direct transport: a frame is made once, and its bytes are written to the socket of every connection.

With `websocket.send` each connection's copy is encoded, framed and awaited by itself, which takes longer than the
system call. The direct transport is an extension of the ASGI scope, offered by serving/websocket_handshake.py. Without
it the consumer uses `websocket.send`, and nothing else differs.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, Protocol

from realtime.engine.frames import Frame
from realtime.shared import deadlines

logger = logging.getLogger(__name__)

EXTENSION = "realtime.direct_transport"

plain_bytes = attrgetter("plain")
deflated_bytes = attrgetter("deflated")


def drop(frame: bytes) -> None:
    """Write nothing, because the connection is closed."""


class SocketProtocol(Protocol):
    """The part of the server's WebSocket protocol that is used here."""

    transport: Any
    loop: asyncio.AbstractEventLoop
    deflates: bool

    def start(self) -> None: ...
    def read(self) -> None: ...
    def close(self, code: int) -> None: ...


class Receiver(Protocol):
    """The object that handles the messages of a connection."""

    async def receive(self, text: str | None) -> None:
        """Handle a message; None: it was binary."""

    def ended(self, code: int) -> None:
        """Note that the connection is closed with this code. Called once."""


class DirectTransport:
    """A connection's transport that writes to the socket itself, and handles messages without a queue or a task.

    `send` runs for every delivery, so everything that it needs is looked up beforehand.
    """

    __slots__ = (
        "_bytes_of",
        "_handling",
        "_open_socket",
        "_protocol",
        "_receiver",
        "_transport",
        "_write",
        "deflates",
        "has_backlog",
        "socket",
    )

    name = "websocket"

    def __init__(self, protocol: SocketProtocol) -> None:
        self._protocol = protocol
        self._transport = protocol.transport
        self._write: Callable[[bytes], object] = protocol.transport.write
        self.deflates = protocol.deflates
        self._bytes_of = deflated_bytes if self.deflates else plain_bytes
        self._receiver: Receiver | None = None
        self._handling: asyncio.Task[None] | None = None
        self.has_backlog = False
        self.socket = self._open_socket = find_socket(protocol.transport)

    def start(self, receiver: Receiver) -> None:
        """Pass messages to the receiver one after the other, from the next turn of the loop on."""
        self._receiver = receiver
        self._protocol.start()

    @property
    def buffered(self) -> int:
        return self._transport.get_write_buffer_size()

    def send(self, frames: Sequence[Frame]) -> None:
        if len(frames) == 1:
            self._write(self._bytes_of(frames[0]))
        else:
            self._write(b"".join(map(self._bytes_of, frames)))  # one system call

    def send_rest(self, data: bytes) -> None:
        """Send the part of a frame that the socket has not taken."""
        self._write(data)

    def note_backlog(self, has_backlog: bool) -> None:
        """Note whether bytes wait for the client.

        While they do, new ones must go behind them and not to the socket.
        """
        self.has_backlog = has_backlog
        self.socket = -1 if has_backlog else self._open_socket

    def close(self, code: int) -> None:
        """Begin the closing handshake, behind the bytes that wait."""
        self._protocol.close(code)

    def end(self, code: int) -> None:
        """Write nothing more, and notify the receiver; bytes that are in the buffer are still sent.

        Call it before the socket is closed, because the next connection may get the same file descriptor.
        """
        self._write = drop
        self.socket = self._open_socket = -1
        receiver, self._receiver = self._receiver, None
        if receiver is not None:
            receiver.ended(code)

    @property
    def is_handling(self) -> bool:
        """Whether a message is being handled; until then no further message of this client is read."""
        return self._handling is not None

    def received(self, text: str | None, arrived_at: float) -> None:
        """Handle a message that arrived at that time of the loop. Call it only while none is being handled."""
        if self._receiver is None:
            return
        with deadlines.arrived(arrived_at):
            task = asyncio.Task(self._receiver.receive(text), loop=self._protocol.loop, eager_start=True)
        if task.done():
            report(task)
        else:
            self._handling = task
            task.add_done_callback(self._read_next)

    def _read_next(self, task: asyncio.Task[None]) -> None:
        report(task)
        self._handling = None
        self._protocol.read()


def find_socket(transport: Any) -> int:
    """Return the file descriptor that takes a frame's bytes as they are; -1 under TLS, which encrypts them."""
    socket = transport.get_extra_info("socket")
    return -1 if socket is None or transport.get_extra_info("ssl_object") else socket.fileno()


def report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        logger.error("A client's message could not be handled", exc_info=error)
