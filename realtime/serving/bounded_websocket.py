"""uvicorn's WebSocket protocol, with bounds on what a client sends, and the direct transport (direct_transport.py)."""

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

# Without context takeover one deflated frame fits every link, and no link keeps a window of 32 KiB.
DEFLATE = ServerPerMessageDeflateFactory(server_no_context_takeover=True, client_no_context_takeover=True)

# A browser sends a message in one frame, and a proxy may cut it into a few. The bytes of a message have a bound of
# their own, but an empty fragment has none.
FRAGMENTS_PER_MESSAGE = 32
# Reading them takes up to 5 ms; then it is another connection's turn. One read brings up to 256 KiB: 40,000 empty
# frames.
FRAMES_PER_TURN = 16
# How many frames are looked at for the client's close frame once ours was sent.
FRAMES_AFTER_CLOSE = 500
SOON_SECONDS = 0.05  # What is read so soon after a pause came during it.
CLOSE_SECONDS = 5.0  # for the closing handshake; then the line is cut, whatever its reader has not read
MESSAGE_TOO_BIG = 1009


class BoundedWebSocket(WebSocketsSansIOProtocol):
    """One connection; its scope offers the application the direct transport.

    uvicorn parses all that one read brings before anybody looks at it. Here the frames are counted, and parsed one by
    one, only while the last message has been handled and the client reads what it is sent.
    """

    direct: DirectTransport | None = None
    is_counted = False  # among the open connections

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
        self._is_due = False  # read() will be called by the loop

    def take_over(self, http: HttpToolsProtocol, request: Request) -> None:
        """Go on with a line on which this request has been read."""
        self.transport, self.server, self.client = http.transport, http.server, http.client
        self.scheme = "wss" if http.scheme == "https" else "ws"
        self.connections.add(self)
        self.conn.parser = Protocol.parse(self.conn)  # frames; a ServerProtocol would wait for a request
        next(self.conn.parser)
        self.read()  # nothing, until the direct transport is open
        self.handle_connect(request)

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            self.scope["extensions"][EXTENSION] = {"open": self.open_direct}

    def open_direct(self, hear: Hear) -> DirectTransport:
        """Return the transport; from now on each message is handed to `hear`, one after the other."""
        self.transport.set_write_buffer_limits(high=0)  # so that the direct transport knows of each backlog
        self.direct = DirectTransport(self, hear)
        self.read()
        return self.direct

    # -- in

    def data_received(self, data: bytes) -> None:
        now = self.loop.time()
        waited_in_the_kernel = now - self._resumed_at < SOON_SECONDS
        self._fed_at = min(self._held_at, now) if waited_in_the_kernel else now
        self._input.feed(data)
        self.read()

    def read(self) -> None:
        """Parse what has come, some frames a turn, and read from the socket only when nothing is left of it."""
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
        """Say whether so much waits for the client to read that its commands are not read either."""
        direct = cast("DirectTransport", self.direct)
        return direct.has_backlog and direct.buffered > min(limits.BUFFER_SOFT_BYTES, limits.BUFFER_HARD_BYTES)

    def _let_flow(self) -> None:
        """Have the transport read, or not: what is not read waits in the kernel, and in the end at the client."""
        is_wanted = not self._is_due and self._may_read()
        if is_wanted is self._is_reading or self.transport.is_closing():
            return
        self._is_reading = is_wanted
        now = self.loop.time()
        if is_wanted:
            self._resumed_at = now
            self.transport.resume_reading()
        else:
            # What comes behind a message that is being handled counts from now on; what a slow reader sends, from when
            # it is read.
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
        """Throw a frame away, unless it ends the closing handshake: nothing is parsed after a close."""
        self._frames_after_close -= 1
        if opcode == CLOSE:
            self._frames_after_close = 0
            self.transport.close()
        elif not self._frames_after_close:
            self._input.clear()

    def _is_in_too_many_pieces(self, opcode: int) -> bool:
        if opcode < CLOSE:  # control frames may come between the pieces
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

    # -- out

    async def send(self, message: ASGISendEvent) -> None:
        """Take what the application says by itself: that the connection may open, or that it is over already."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body":
            self.handshake_complete = True  # refused; uvicorn would take the end of the application for a mistake
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

    # -- ends

    def handle_parser_exception(self) -> None:
        """Say what is wrong, and go on reading: a line that is closed on unread bytes is reset, and the reason lost."""
        code = self.conn.close_sent.code if self.conn.close_sent else MESSAGE_TOO_BIG
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.end(code)

    def end(self, code: int) -> None:
        """Wait for the client's close frame, which ours was sent to, for some seconds."""
        self.close_sent = True
        if self.direct is not None:
            self.direct.shut()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": ""})
        self.cut_in_time()
        self._let_flow()

    def cut_in_time(self) -> None:
        """Cut the line in some seconds. transport.close() waits for a reader that may never read."""
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
    """Return the limit of a connection's frames of any kind: twice the messages that a session bears.

    Commands past their limit are refused by name first; whoever sends control frames or fragments beside them has as
    many of those.
    """
    refusals = limits.REFUSALS_BEFORE_ABUSE
    per_second = limits.COMMANDS_PER_10_SECONDS / 10 + refusals / 60
    return ProcessRateLimit(2 * per_second, 1, burst=2 * (limits.COMMANDS_BURST + refusals))
