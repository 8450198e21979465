"""The server's side of a WebSocket connection without a socket: tests feed bytes, and written bytes are kept."""

import asyncio
import zlib
from types import SimpleNamespace
from typing import Any

from uvicorn import Config
from uvicorn.server import ServerState

from realtime.engine.direct_transport import EXTENSION
from realtime.serving.websocket_handshake import WebSocketHandshake

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
FIN, DEFLATED = 0x80, 0x40
HANDSHAKE = {
    "Host": "localhost",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    "Sec-WebSocket-Version": "13",
}


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, flags: int = 0) -> bytes:
    """Return a client's frame, masked with zeros, so that its payload is unchanged."""
    length = len(payload)
    if length < 126:
        size = bytes((0x80 | length,))
    elif length < 65536:
        size = bytes((0x80 | 126,)) + length.to_bytes(2)
    else:
        size = bytes((0x80 | 127,)) + length.to_bytes(8)
    return bytes((opcode | flags | (FIN if fin else 0),)) + size + bytes(4) + payload


def deflated(payload: bytes) -> bytes:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    return frame(TEXT, (deflate.compress(payload) + deflate.flush(zlib.Z_SYNC_FLUSH))[:-4], flags=DEFLATED)


class FakeTransport:
    """An asyncio transport whose peer reads nothing. `cut`: it was aborted."""

    def __init__(self) -> None:
        self.written = b""
        self.is_reading = True
        self.closing = False
        self.cut = False
        self.high = 64 * 1024
        self.protocol = None
        self.extra: dict = {}

    def write(self, data: bytes) -> None:
        self.written += data
        if len(self.written) > self.high and self.protocol is not None:
            self.protocol.pause_writing()

    def is_read(self) -> None:
        """Let the peer read everything."""
        self.written = b""
        self.protocol.resume_writing()

    def get_write_buffer_size(self) -> int:
        return len(self.written)

    def set_write_buffer_limits(self, high: int) -> None:
        self.high = high

    def set_protocol(self, protocol) -> None:
        self.protocol = protocol

    def get_extra_info(self, name: str, default=None):
        return self.extra.get(name, default)

    def pause_reading(self) -> None:
        self.is_reading = False

    def resume_reading(self) -> None:
        self.is_reading = True

    def is_closing(self) -> bool:
        return self.closing

    def close(self) -> None:
        self.closing = True

    def abort(self) -> None:
        self.closing = self.cut = True


class Wire:
    """An open connection. `received` has the messages that were passed to the application, `ends` the close codes."""

    def __init__(self, **headers: str) -> None:
        self.received: list[str | None] = []
        self.ends: list[int] = []
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()
        self.is_open = asyncio.Event()
        self.transport = FakeTransport()
        config = Config(
            self.application,
            interface="asgi3",
            ws_per_message_deflate=False,
            ws_max_size=1000,
            lifespan="off",
            log_config=None,
        )
        config.load()
        http = SimpleNamespace(
            app=self.application,
            app_state={},
            asgi_version="3.0",
            client=("127.0.0.1", 5),
            config=config,
            headers=[(name.lower().encode(), value.encode()) for name, value in (HANDSHAKE | headers).items()],
            loop=asyncio.get_running_loop(),
            root_path="",
            scheme="http",
            scope={"state": {}},
            server=("127.0.0.1", 80),
            server_state=ServerState(),
            transport=self.transport,
            url=b"/ws/",
        )
        WebSocketHandshake(http).begin()

    @property
    def protocol(self) -> Any:
        return self.transport.protocol

    async def application(self, scope, receive, send) -> None:
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.accept"})
        self.direct = scope["extensions"][EXTENSION]["open"]()
        self.direct.start(self)
        self.is_open.set()

    def ended(self, code: int) -> None:
        self.ends.append(code)

    async def receive(self, text: str | None) -> None:
        self.received.append(text)
        await self.may_go_on.wait()

    async def opens(self) -> "Wire":
        async with asyncio.timeout(5):
            await self.is_open.wait()
        await self.is_idle()
        self.transport.written = b""
        return self

    def receives(self, data: bytes) -> None:
        """Pass on the bytes of one read from the socket."""
        assert self.transport.is_reading, "the transport has paused reading"
        self.protocol.data_received(data)

    async def turns(self, number: int = 1) -> None:
        """Run some turns of the loop."""
        for _ in range(number):
            await asyncio.sleep(0)

    async def is_idle(self) -> None:
        """Run turns of the loop until no received data waits."""
        async with asyncio.timeout(5):
            while self.protocol._is_due:
                await self.turns()

    @property
    def close_code(self) -> int | None:
        """The code of the close frame that was written last, or None."""
        written = self.transport.written
        place = written.rfind(bytes((FIN | CLOSE,)))
        return int.from_bytes(written[place + 2 : place + 4]) if place >= 0 else None
