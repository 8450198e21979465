"""An open WebSocket (RFC 6455) behind the direct transport (direct_transport.py), with bounds on what a client does."""

import asyncio
from collections.abc import Sequence
from math import inf
from typing import Any

from websockets.exceptions import PayloadTooBig, ProtocolError
from websockets.extensions.base import Extension
from websockets.frames import Close, CloseCode, Frame, Opcode
from websockets.streams import StreamReader

from realtime.conf import limits
from realtime.engine.direct_transport import DirectTransport
from realtime.engine.protocol import ABUSE
from realtime.serving.frame_buffer import CLOSE, CONTINUATION, FrameBuffer, opcode_of
from realtime.serving.keepalive import keepalive
from realtime.serving.open_connections import open_connections
from realtime.shared.rate_limit import ProcessRateLimit

# Browsers send a message in one frame, which a proxy may split into a few. The bytes of a message are limited
# elsewhere, but an empty fragment has no bytes.
FRAGMENTS_PER_MESSAGE = 32
# Parsing them takes up to 5 ms; then other connections have their turn. One read brings up to 256 KiB, which can be
# 40,000 empty frames.
FRAMES_PER_TURN = 16
# How many frames are read in search of the client's close frame, after ours was sent.
FRAMES_AFTER_CLOSE = 500
SOON_SECONDS = 0.05  # Data read so soon after a pause has arrived during the pause.
CLOSE_SECONDS = 5.0  # for the closing handshake; then the connection is aborted, with any unread bytes
REASON_CHARACTERS = 100
NEVER = -inf
PING_FRAME = Frame(Opcode.PING, b"").serialize(mask=False)

# For a connection's frames of any kind, by its number: twice as many as its commands may be. Commands above their own
# limit are refused with an error first. The other half is for control frames and fragments.
frame_limit = ProcessRateLimit(
    2 * (limits.COMMANDS_PER_10_SECONDS / 10 + limits.REFUSALS_BEFORE_ABUSE / 60),
    1,
    burst=2 * (limits.COMMANDS_BURST + limits.REFUSALS_BEFORE_ABUSE),
)


class BoundedWebSocket(asyncio.Protocol):
    """One open connection. It holds little memory, because thousands of them are idle.

    Frames are counted and parsed one by one, only while the last message has been handled and the client reads its
    data. `client`: the address and port that are counted in open_connections.
    """

    __slots__ = (
        "_close_timer",
        "_connections",
        "_extensions",
        "_fed_at",
        "_fragments",
        "_frames_after_close",
        "_has_received",
        "_held_at",
        "_input",
        "_is_due",
        "_is_reading",
        "_is_started",
        "_largest",
        "_message",
        "_resumed_at",
        "client",
        "close_sent",
        "deflates",
        "direct",
        "loop",
        "number",
        "transport",
    )

    number: int

    def __init__(
        self,
        transport: Any,
        loop: asyncio.AbstractEventLoop,
        connections: set,
        client: tuple[str, int] | None,
        extensions: Sequence[Extension],
        largest: int,
    ) -> None:
        self.transport = transport
        self.loop = loop
        self.client = client
        self.close_sent = False
        self.deflates = bool(extensions)
        self._connections = connections
        self._extensions = extensions
        self._largest = largest
        self._input = FrameBuffer(largest)
        self._message: tuple[Frame, ...] = ()  # the fragments of an incomplete message
        self._fragments = 0
        self._fed_at = 0.0
        self._held_at, self._resumed_at = inf, NEVER
        self._frames_after_close = FRAMES_AFTER_CLOSE
        self._has_received = True  # the client has sent something since the last ping
        self._is_started = False
        self._is_reading = False
        self._is_due = False  # the loop will call read()
        self._close_timer: asyncio.TimerHandle | None = None
        self.direct = DirectTransport(self)
        transport.set_write_buffer_limits(high=0)  # so that the direct transport is notified of every backlog
        connections.add(self)
        keepalive.add(self)

    # -- reading

    def start(self) -> None:
        """Begin to read in the next turn of the loop."""
        self._is_started = self._is_due = True
        self.loop.call_soon(self._read_on)

    def data_received(self, data: bytes) -> None:
        now = self.loop.time()
        waited_in_the_kernel = now - self._resumed_at < SOON_SECONDS
        self._fed_at = min(self._held_at, now) if waited_in_the_kernel else now
        self._has_received = True
        self._input.feed(data)
        self.read()

    def read(self) -> None:
        """Parse received frames, some in each turn; read from the socket only when none are left."""
        if self._is_due:
            return
        left = FRAMES_PER_TURN
        while self._may_read() and (frame := self._input.take()) is not None:
            self._take_in(frame)
            left -= 1
            if not left:
                self._is_due = True
                self.loop.call_soon(self._read_on)
                break
        self._let_flow()

    def _read_on(self) -> None:
        self._is_due = False
        self.read()

    def _may_read(self) -> bool:
        if self.transport.is_closing():
            return False
        if self.close_sent:
            return self._frames_after_close > 0
        return self._is_started and not self.direct.is_handling and not self._is_slow()

    def _is_slow(self) -> bool:
        """Return whether so many bytes wait for the client that no further commands are read from it."""
        direct = self.direct
        return direct.has_backlog and direct.buffered > min(limits.BUFFER_SOFT_BYTES, limits.BUFFER_HARD_BYTES)

    def _let_flow(self) -> None:
        """Pause or resume reading from the socket; unread bytes wait in the kernel, and then at the client."""
        is_wanted = not self._is_due and self._may_read()
        if is_wanted is self._is_reading or self.transport.is_closing():
            return
        self._is_reading = is_wanted
        now = self.loop.time()
        if is_wanted:
            self._resumed_at = now
            self.transport.resume_reading()
        else:
            # Data that arrives while a message is being handled counts from now; data of a slow client, from when it
            # is read.
            self._held_at = now if self.direct.is_handling else inf
            self.transport.pause_reading()

    def _take_in(self, data: bytes | bytearray) -> None:
        opcode = opcode_of(data)
        if self.close_sent:
            self._look_for_close(opcode)
        elif frame_limit.take(self.number):
            self.close(ABUSE)
        elif self._is_in_too_many_pieces(opcode):
            self.close(CloseCode.MESSAGE_TOO_BIG)
        else:
            try:
                most = self._largest - sum(len(frame.data) for frame in self._message)
                self._handle(parse_frame(data, most, self._extensions))
            except ProtocolError as error:
                self.close(CloseCode.PROTOCOL_ERROR, str(error))
            except UnicodeDecodeError:
                self.close(CloseCode.INVALID_DATA)
            except PayloadTooBig:
                self.close(CloseCode.MESSAGE_TOO_BIG)

    def _look_for_close(self, opcode: int) -> None:
        """Discard a frame, unless it is a close frame: nothing is parsed after our close."""
        self._frames_after_close -= 1
        if opcode == CLOSE:
            self._frames_after_close = 0
            self.transport.close()
        elif not self._frames_after_close:
            self._input.clear()

    def _is_in_too_many_pieces(self, opcode: int) -> bool:
        if opcode < CLOSE:  # control frames may come between fragments
            self._fragments = self._fragments + 1 if opcode == CONTINUATION else 1
        return self._fragments > FRAGMENTS_PER_MESSAGE

    def _handle(self, frame: Frame) -> None:
        match frame.opcode:
            case Opcode.PING:
                self.transport.write(Frame(Opcode.PONG, frame.data).serialize(mask=False))
            case Opcode.PONG:
                pass
            case Opcode.CLOSE:
                self._handle_close(frame)
            case _:
                self._handle_message(frame)

    def _handle_message(self, frame: Frame) -> None:
        if (frame.opcode is Opcode.CONT) is not bool(self._message):
            raise ProtocolError("a message within a message, or a continuation of none")
        frames = (*self._message, frame)
        self._message = () if frame.fin else frames
        if not frame.fin:
            return
        data = b"".join([frame.data for frame in frames])
        self.direct.received(data.decode() if frames[0].opcode is Opcode.TEXT else None, self._fed_at)

    def _handle_close(self, frame: Frame) -> None:
        code = Close.parse(frame.data).code
        if self._message:
            raise ProtocolError("a close within a message")
        self.transport.write(Frame(Opcode.CLOSE, frame.data).serialize(mask=False))
        self.transport.close()
        self.direct.end(code)
        self._cut_in_time()

    # -- writing

    def pause_writing(self) -> None:
        self.direct.note_backlog(True)
        self._let_flow()

    def resume_writing(self) -> None:
        self.direct.note_backlog(False)
        self.read()

    def ping(self) -> None:
        """Send a ping, or close the connection if the client has sent nothing since the last one."""
        if self.close_sent or self.transport.is_closing():
            return
        if self._has_received:
            self._has_received = False
            self.transport.write(PING_FRAME)
        else:
            self.close(CloseCode.INTERNAL_ERROR, "keepalive ping timeout")

    # -- closing

    def close(self, code: int, reason: str = "") -> None:
        """Send a close frame, and go on reading for some seconds until the client's arrives.

        Closing a socket with unread bytes resets it, and the code is lost.
        """
        if self.close_sent or self.transport.is_closing():
            return
        data = Close(code, reason[:REASON_CHARACTERS]).serialize()
        self.transport.write(Frame(Opcode.CLOSE, data).serialize(mask=False))
        self.close_sent = True
        self.direct.end(code)
        self._cut_in_time()
        self._let_flow()

    def shutdown(self) -> None:
        """Close the connection, because uvicorn shuts down."""
        self.close(CloseCode.SERVICE_RESTART)
        self.transport.close()

    def _cut_in_time(self) -> None:
        """Abort the connection in some seconds. transport.close() would wait for a client that may never read."""
        if self._close_timer is None:
            self._close_timer = self.loop.call_later(CLOSE_SECONDS, self.transport.abort)

    def eof_received(self) -> None:
        self._cut_in_time()

    def connection_lost(self, exc: Exception | None) -> None:
        self.direct.end(CloseCode.NO_STATUS_RCVD)
        self._input.clear()
        self._connections.discard(self)
        keepalive.discard(self)
        open_connections.release(self.client)
        if self._close_timer is not None:
            self._close_timer.cancel()
            self._close_timer = None


def parse_frame(data: bytes | bytearray, largest: int, extensions: Sequence[Extension]) -> Frame:
    """Return a complete frame, unmasked and inflated. Raises ProtocolError and PayloadTooBig."""
    reader = StreamReader()
    reader.feed_data(data)
    try:
        next(Frame.parse(reader.read_exact, mask=True, max_size=largest, extensions=extensions))
    except StopIteration as end:
        return end.value
    raise ProtocolError("a frame is not whole")
