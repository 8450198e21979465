"""The direct transport: a frame is made once, and its bytes are written to the socket of every connection.

With `websocket.send` each connection's copy is encoded, framed and awaited by itself, which takes longer than the
system call. The direct transport is an extension of the ASGI scope, offered by serving/bounded_websocket.py. Without
it the consumer uses `websocket.send`, and nothing else differs.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from operator import attrgetter
from typing import Any, Protocol

from realtime.engine.frames import Frame
from realtime.shared import deadlines

logger = logging.getLogger(__name__)

type Hear = Callable[[str | None], Coroutine[object, object, None]]

EXTENSION = "realtime.direct_transport"


def drop(frame: bytes) -> None:
    """Write nothing, because the connection is closed."""


class SocketProtocol(Protocol):
    """The part of uvicorn's WebSocket protocol that is used here."""

    transport: Any
    conn: Any
    loop: asyncio.AbstractEventLoop
    close_sent: bool
    disconnected: bool

    def read(self) -> None: ...
    def end(self, code: int) -> None: ...


class DirectTransport:
    """A connection's transport that writes to the socket itself, and handles messages without a queue or a task.

    `send` runs for every delivery, so everything that it needs is looked up beforehand.
    """

    __slots__ = (
        "_bytes_of",
        "_hear",
        "_hearing",
        "_open_socket",
        "_protocol",
        "_transport",
        "_write",
        "deflates",
        "has_backlog",
        "socket",
    )

    name = "websocket"

    def __init__(self, protocol: SocketProtocol, hear: Hear) -> None:
        self._protocol = protocol
        self._transport = protocol.transport
        self._write: Callable[[bytes], object] = protocol.transport.write
        self.deflates = bool(protocol.conn.extensions)
        self._bytes_of = attrgetter("deflated" if self.deflates else "plain")
        self._hear = hear
        self._hearing: asyncio.Task[None] | None = None
        self.has_backlog = False
        self.socket = self._open_socket = find_socket(protocol.transport)

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
        protocol = self._protocol
        if protocol.close_sent or protocol.disconnected or self._transport.is_closing():
            return
        protocol.conn.send_close(code)
        self._transport.write(b"".join(protocol.conn.data_to_send()))
        protocol.end(code)

    def shut(self) -> None:
        """Write nothing more; bytes that are in the buffer are still sent.

        Call it before the socket is closed, because the next connection may get the same file descriptor.
        """
        self._write = drop
        self.socket = self._open_socket = -1

    @property
    def is_hearing(self) -> bool:
        """Whether a message is being handled; until then no further message of this client is read."""
        return self._hearing is not None

    def heard(self, text: str | None, arrived_at: float) -> None:
        """Handle a message that arrived at that time of the loop. Call it only while none is being handled."""
        with deadlines.arrived(arrived_at):
            task = asyncio.Task(self._hear(text), loop=self._protocol.loop, eager_start=True)
        if task.done():
            report(task)
        else:
            self._hearing = task
            task.add_done_callback(self._read_next)

    def _read_next(self, task: asyncio.Task[None]) -> None:
        report(task)
        self._hearing = None
        if not self._protocol.disconnected:
            self._protocol.read()


def find_socket(transport: Any) -> int:
    """Return the file descriptor that takes a frame's bytes as they are; -1 under TLS, which encrypts them."""
    socket = transport.get_extra_info("socket")
    return -1 if socket is None or transport.get_extra_info("ssl_object") else socket.fileno()


def report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        logger.error("A client's message could not be handled", exc_info=error)
