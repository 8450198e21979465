"""uvicorn's WebSocket protocol, with bounds on a client's frames, and the direct transport (direct_transport.py)."""

from typing import cast

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.frames import Frame
from websockets.http11 import Request
from websockets.protocol import Protocol

from realtime.conf import limits
from realtime.engine.direct_transport import EXTENSION, DirectTransport, Hear
from realtime.engine.protocol import ABUSE
from realtime.serving.frame_buffer import CLOSE, CONTINUATION, FrameBuffer, opcode_of
from realtime.serving.open_connections import open_connections
from realtime.shared.rate_limit import ProcessRateLimit

# Without context takeover one deflated frame fits every connection, and no connection keeps a window of 32 KiB.
DEFLATE = ServerPerMessageDeflateFactory(server_no_context_takeover=True, client_no_context_takeover=True)

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
MESSAGE_TOO_BIG = 1009


class BoundedWebSocket(WebSocketsSansIOProtocol):
    """One WebSocket connection; its scope offers the direct transport to the application.

    uvicorn parses everything that one read brings at once. Here frames are counted and parsed one by one, only while
    the last message has been handled and the client reads its data.
    """

    direct: DirectTransport | None = None
    is_counted = False  # in open_connections

    def __init__(self, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        self.conn.available_extensions = [DEFLATE]
        self._input = FrameBuffer(self.config.ws_max_size)
        self._frame_limit = make_frame_limit()
        self._fed_at = 0.0
        self._held_at = self._resumed_at = float("-inf")
        self._fragments = 0
        self._frames_after_close = FRAMES_AFTER_CLOSE
        self._is_reading = True
        self._is_due = False  # the loop will call read()

    def take_over(self, http: HttpToolsProtocol, request: Request) -> None:
        """Continue on a connection from which this HTTP request was read."""
        self.transport, self.server, self.client = http.transport, http.server, http.client
        self.scheme = "wss" if http.scheme == "https" else "ws"
        self.connections.add(self)
        self.conn.parser = Protocol.parse(self.conn)  # parses frames; a ServerProtocol would wait for a request first
        next(self.conn.parser)
        self.read()  # pauses reading, until the direct transport is open
        self.handle_connect(request)

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            self.scope["extensions"][EXTENSION] = {"open": self.open_direct}

    def open_direct(self, hear: Hear) -> DirectTransport:
        """Return the direct transport; from now on each message is passed to `hear`, one after the other."""
        self.transport.set_write_buffer_limits(high=0)  # so that the direct transport is notified of every backlog
        self.direct = DirectTransport(self, hear)
        self.read()
        return self.direct

    # -- reading

    def data_received(self, data: bytes) -> None:
        now = self.loop.time()
        waited_in_the_kernel = now - self._resumed_at < SOON_SECONDS
        self._fed_at = min(self._held_at, now) if waited_in_the_kernel else now
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
        return self.direct is not None and not self.direct.is_hearing and not self._is_slow()

    def _is_slow(self) -> bool:
        """Return whether so many bytes wait for the client that no further commands are read from it."""
        direct = cast("DirectTransport", self.direct)
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
            self._held_at = now if self.direct is not None and self.direct.is_hearing else float("inf")
            self.transport.pause_reading()

    def _take_in(self, frame: bytes | bytearray) -> None:
        opcode = opcode_of(frame)
        if self.close_sent:
            self._look_for_close(opcode)
        elif self._frame_limit.take():
            cast("DirectTransport", self.direct).close(ABUSE)
        elif self._is_in_too_many_pieces(opcode):
            self.conn.fail(MESSAGE_TOO_BIG)
            self.handle_parser_exception()
        else:
            super().data_received(cast("bytes", frame))

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

    def send_receive_event_to_app(self) -> None:
        data, self.frames = b"".join(self.frames), []
        if self.close_sent:
            return
        try:
            text = data.decode() if self.curr_msg_data_type == "text" else None
        except UnicodeDecodeError:
            self.conn.fail(1007)
            self.handle_parser_exception()
            return
        cast("DirectTransport", self.direct).heard(text, self._fed_at)

    # -- writing

    async def send(self, message: ASGISendEvent) -> None:
        """Send a message that does not go by the direct transport: accept, close, or a refusal."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body":
            self.handshake_complete = True  # it is refused; otherwise uvicorn logs the application's end as an error
        self._let_flow()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self.direct is not None:
            self.direct.note_backlog(True)
            self._let_flow()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.direct is not None:
            self.direct.note_backlog(False)
            self.read()

    # -- closing

    def handle_parser_exception(self) -> None:
        """Send the close code, and go on reading.

        Closing a socket with unread bytes resets it, and the code is lost.
        """
        code = self.conn.close_sent.code if self.conn.close_sent else MESSAGE_TOO_BIG
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.end(code)

    def end(self, code: int) -> None:
        """Wait some seconds for the client's close frame, after ours was sent."""
        self.close_sent = True
        if self.direct is not None:
            self.direct.shut()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": ""})
        self.cut_in_time()
        self._let_flow()

    def cut_in_time(self) -> None:
        """Abort the connection in some seconds. transport.close() would wait for a client that may never read."""
        if self.close_timer is None:
            self.close_timer = self.loop.call_later(CLOSE_SECONDS, self.transport.abort)

    def handle_close(self, event: Frame) -> None:
        if self.direct is not None:
            self.direct.shut()
        super().handle_close(event)
        self.cut_in_time()

    def keepalive_timeout(self) -> None:
        if self.direct is not None:
            self.direct.shut()
        super().keepalive_timeout()
        self.cut_in_time()

    def eof_received(self) -> None:
        self.cut_in_time()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.direct is not None:
            self.direct.shut()
        self._input.clear()
        if self.is_counted:
            open_connections.release(self.client)
        super().connection_lost(exc)


def make_frame_limit() -> ProcessRateLimit:
    """Return the rate limit for a connection's frames of any kind: twice as many as its commands may be.

    Commands above their own limit are refused with an error first. The other half is for control frames and
    fragments.
    """
    refusals = limits.REFUSALS_BEFORE_ABUSE
    per_second = limits.COMMANDS_PER_10_SECONDS / 10 + refusals / 60
    return ProcessRateLimit(2 * per_second, 1, burst=2 * (limits.COMMANDS_BURST + refusals))
