"""uvicorn's WebSocket protocol with a door (realtime/door.py), which any other server does without."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.http11 import Request
from websockets.protocol import Protocol

from realtime.door import DOOR, Door, Hear

# Without context takeover one deflated frame fits every link, and no link keeps a window of 32 KiB.
DEFLATE = ServerPerMessageDeflateFactory(server_no_context_takeover=True, client_no_context_takeover=True)


class LinkProtocol(WebSocketsSansIOProtocol):
    """One connection; its scope offers the application the door."""

    door: Door | None = None

    def __init__(self, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        self.conn.available_extensions = [DEFLATE]

    def take_over(self, http: HttpToolsProtocol, request: Request) -> None:
        """Go on with a line on which this request has been read."""
        self.transport, self.server, self.client = http.transport, http.server, http.client
        self.scheme = "wss" if http.scheme == "https" else "ws"
        self.connections.add(self)
        self.conn.parser = Protocol.parse(self.conn)  # frames; a ServerProtocol would wait for a request
        next(self.conn.parser)
        self.handle_connect(request)

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            self.scope["extensions"][DOOR] = {"open": self.open_door}

    def open_door(self, hear: Hear) -> Door:
        """Return the transport; from now on each message is handed to `hear`, one after the other."""
        self.door = Door(self, hear)
        return self.door

    def pause_writing(self) -> None:
        super().pause_writing()
        if self.door is not None:
            self.door.is_slow = True

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.door is not None:
            self.door.is_slow = False

    def connection_lost(self, exc: Exception | None) -> None:
        if self.door is not None:
            self.door.shut()
        super().connection_lost(exc)

    def send_receive_event_to_app(self) -> None:
        if self.door is None:
            super().send_receive_event_to_app()
            return
        data, self.frames = b"".join(self.frames), []
        if self.close_sent:
            return
        try:
            text = data.decode() if self.curr_msg_data_type == "text" else None
        except UnicodeDecodeError:
            self.conn.fail(1007)
            self.handle_parser_exception()
            return
        self.door.heard(text)
