"""The WebSocket handshake (RFC 6455 §4.2): check the request, and let the application accept or refuse it.

When the connection is open, everything of the handshake is freed: an idle connection has neither a task nor a scope.
"""

import asyncio
import logging
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.utils import ClientDisconnected
from websockets.exceptions import InvalidHeader, NegotiationError
from websockets.extensions.base import Extension
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.headers import build_extension, parse_extension
from websockets.utils import accept_key

from realtime.engine.direct_transport import EXTENSION, DirectTransport
from realtime.serving.bounded_websocket import BoundedWebSocket
from realtime.serving.open_connections import open_connections

logger = logging.getLogger(__name__)

# Without context takeover one deflated frame fits every connection, and no connection keeps a window of 32 KiB.
DEFLATE = ServerPerMessageDeflateFactory(server_no_context_takeover=True, client_no_context_takeover=True)
SWITCHING = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
KEY_BYTES = 16
LOST = 1006  # the code of a connection that is lost before it is open

type Pairs = Iterable[tuple[bytes, bytes]]


class BadHandshake(Exception):
    """The request is not a valid WebSocket handshake; the message says why."""


class WebSocketHandshake(asyncio.Protocol):
    """A connection from its request until the application has accepted or refused it."""

    def __init__(self, http: HttpToolsProtocol) -> None:
        """Raises BadHandshake."""
        self._key = find_key(http.headers)
        self._extensions, self._extensions_header = negotiate(http.headers)
        self._http = http
        self.transport: Any = http.transport
        self._connections: set[Any] = http.server_state.connections
        self._early: list[bytes] = []  # data from a read that had begun before reading was paused
        self._refusal: tuple[int, Pairs] | None = None  # status and headers; the body follows in another message
        self._is_connected = False  # the application has received websocket.connect
        self._is_answered = self._is_handed_over = False
        self._is_lost = asyncio.Event()

    def begin(self) -> None:
        """Run the application, which accepts or refuses the connection."""
        http = self._http
        self.transport.pause_reading()
        self.transport.set_protocol(self)
        self._connections.add(self)
        task = http.loop.create_task(self._run(self._scope()))
        http.server_state.tasks.add(task)
        task.add_done_callback(http.server_state.tasks.discard)

    def _scope(self) -> dict[str, Any]:
        http = self._http
        path, _, query = http.url.partition(b"?")
        return {
            "type": "websocket",
            "asgi": {"version": http.asgi_version, "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": "wss" if http.scheme == "https" else "ws",
            "server": http.server,
            "client": http.client,
            "root_path": http.root_path,
            "headers": http.headers,
            "state": http.scope["state"],
            "path": http.root_path + unquote(path.decode("ascii")),
            "raw_path": http.root_path.encode("ascii") + path,
            "query_string": query,
            "subprotocols": [],
            "extensions": {"websocket.http.response": {}, EXTENSION: {"open": self.open_direct}},
        }

    async def _run(self, scope: dict[str, Any]) -> None:
        try:
            await self._http.app(scope, self.receive, self.send)
        except ClientDisconnected:
            pass
        except BaseException:
            logger.exception("The application failed during a WebSocket handshake")
            self._is_handed_over = False
        if not self._is_answered:
            self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, (), b"Internal Server Error")
        if not self._is_handed_over:
            self.transport.close()

    # -- called by the application

    async def receive(self) -> dict:
        if not self._is_connected:
            self._is_connected = True
            return {"type": "websocket.connect"}
        await self._is_lost.wait()
        return {"type": "websocket.disconnect", "code": LOST}

    async def send(self, message: dict) -> None:
        """Accept or refuse the handshake. Raises ClientDisconnected."""
        if self._is_lost.is_set():
            raise ClientDisconnected
        match message["type"]:
            case "websocket.accept":
                self._open()
            case "websocket.close":
                self._refuse(HTTPStatus.FORBIDDEN, (), b"")
            case "websocket.http.response.start":
                self._refusal = message["status"], message.get("headers", ())
            case "websocket.http.response.body" if self._refusal is not None:
                self._refuse(*self._refusal, message["body"])
            case other:
                raise RuntimeError(f"{other} is not supported: messages are sent by the direct transport.")

    def open_direct(self) -> DirectTransport:
        """Return the transport of an accepted connection. The application may return then."""
        self._is_handed_over = True
        http = self._http
        websocket = BoundedWebSocket(
            self.transport,
            http.loop,
            self._connections,
            http.client,
            self._extensions,
            http.config.ws_max_size,
        )
        self._connections.discard(self)
        self.transport.set_protocol(websocket)
        for data in self._early:
            websocket.data_received(data)
        return websocket.direct

    def _open(self) -> None:
        self._is_answered = True
        extensions = b"\r\nSec-WebSocket-Extensions: " + self._extensions_header if self._extensions else b""
        head = SWITCHING + accept_key(self._key).encode() + extensions + b"\r\n"
        self.transport.write(head + write_headers(self._http.server_state.default_headers) + b"\r\n")

    def _refuse(self, status: int, headers: Pairs, body: bytes) -> None:
        self._is_answered = True
        self._is_lost.set()
        line = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n"
        lines = write_headers((*self._http.server_state.default_headers, *headers))
        self.transport.write(line.encode() + lines + b"\r\n" + body)
        self.transport.close()

    # -- called by the transport

    def data_received(self, data: bytes) -> None:
        self._early.append(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_lost.set()
        self._is_answered = True
        self._connections.discard(self)
        open_connections.release(self._http.client)

    def shutdown(self) -> None:
        """Refuse the connection, because uvicorn shuts down."""
        if not self._is_answered:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, (), b"")


def find_key(headers: Pairs) -> str:
    """Return the client's key. Raises BadHandshake if it is invalid, or for another version of the protocol."""
    keys = [value for name, value in headers if name == b"sec-websocket-key"]
    if len(keys) != 1 or not is_key(keys[0]):
        raise BadHandshake("Sec-WebSocket-Key must be 16 bytes in Base64.")
    if [value for name, value in headers if name == b"sec-websocket-version"] != [b"13"]:
        raise BadHandshake("Sec-WebSocket-Version must be 13.")
    return keys[0].decode()


def is_key(value: bytes) -> bool:
    try:
        return len(b64decode(value, validate=True)) == KEY_BYTES
    except NotBase64:
        return False


def negotiate(headers: Pairs) -> tuple[list[Extension], bytes]:
    """Return the agreed extensions (deflate or none) and the response header for them. Raises BadHandshake."""
    for name, value in headers:
        if name != b"sec-websocket-extensions":
            continue
        try:
            offers = parse_extension(value.decode("latin-1"))
        except InvalidHeader as error:
            raise BadHandshake(str(error)) from None
        for extension, parameters in offers:
            if extension == DEFLATE.name:
                try:
                    agreed, deflate = DEFLATE.process_request_params(parameters, [])
                except NegotiationError:
                    continue
                return [deflate], build_extension([(DEFLATE.name, agreed)]).encode()
    return [], b""


def write_headers(headers: Pairs) -> bytes:
    return b"".join([b"%b: %b\r\n" % pair for pair in headers])
