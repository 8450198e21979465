"""HTTP connections to a server in this process, over real sockets; the test decides when the server answers."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from uvicorn import Config
from uvicorn.server import ServerState

from realtime.serving.bounded_http import BoundedHttp
from realtime.serving.open_connections import open_connections

PATIENCE_SECONDS = 8
GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Application:
    """Answers each request with `body`, once `may_answer` is set. `paths`: the requested paths."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.bodies: list[bytes] = []
        self.ends: list[str] = []
        self.body = b"hi"
        self.may_answer = asyncio.Event()
        self.is_asked = asyncio.Event()

    async def __call__(self, scope, receive, send) -> None:
        self.paths.append(scope["path"])
        self.is_asked.set()
        message = await receive()
        body = message.get("body", b"")
        while message.get("more_body"):
            message = await receive()
            body += message.get("body", b"")
        self.bodies.append(body)
        answer = asyncio.ensure_future(self.may_answer.wait())
        end = asyncio.ensure_future(receive())
        await asyncio.wait((answer, end), return_when=asyncio.FIRST_COMPLETED)
        if end.done():
            self.ends.append(end.result()["type"])
        answer.cancel()
        end.cancel()
        length = str(len(self.body)).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
        await send({"type": "http.response.body", "body": self.body})


class Served:
    """A server and its application. `protocols`: the server's protocol objects of its connections."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.state = ServerState()
        self.protocols: list[BoundedHttp] = []
        self.config = Config(application, interface="asgi3", lifespan="off", log_config=None)
        self.config.load()

    def make_protocol(self) -> BoundedHttp:
        protocol = BoundedHttp(self.config, self.state, {}, asyncio.get_running_loop())
        self.protocols.append(protocol)
        return protocol

    async def visit(self, address: str = "127.0.0.1") -> "Visit":
        visit = Visit(*await asyncio.open_connection("127.0.0.1", self.port, local_addr=(address, 0)))
        self.visits.append(visit)
        return visit


@contextlib.asynccontextmanager
async def serving() -> AsyncIterator[Served]:
    served = Served(Application())
    server = await asyncio.get_running_loop().create_server(served.make_protocol, "127.0.0.1", 0)
    served.port = server.sockets[0].getsockname()[1]
    served.visits = []
    try:
        yield served
    finally:
        server.close()
        served.application.may_answer.set()
        for visit in served.visits:
            visit.writer.close()
        for protocol in served.protocols:
            protocol.transport.abort()
        await until(lambda: not open_connections.total, "the end of all connections")
        await until(lambda: not (served.state.connections or served.state.tasks), "the end of all requests")


class Visit:
    """A client's connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def sends(self, data: bytes) -> None:
        self.writer.write(data)

    async def reads(self, wanted: bytes) -> bytes:
        """Read until these bytes have arrived."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.reader.readuntil(wanted)

    async def ends(self) -> bytes:
        """Read until the server closes the connection, and return the data; a reset also ends it."""
        data = b""
        async with asyncio.timeout(PATIENCE_SECONDS):
            with contextlib.suppress(ConnectionError):
                while more := await self.reader.read(2**16):
                    data += more
        return data


async def until(look, expected: str) -> None:
    """Wait until `look` returns true."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not look():  # noqa: ASYNC110
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError(f"waited {PATIENCE_SECONDS} s for {expected}") from None
