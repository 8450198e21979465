"""uvicorn's HTTP protocol with bounds on connections, on the size of a request's head, on pipelining, and on time."""

from httptools import HttpParserError
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from realtime.serving.client_deadlines import DeadlineTimer
from realtime.serving.open_connections import open_connections
from realtime.serving.websocket_handshake import BadHandshake, WebSocketHandshake

HEAD_BYTES = 64 * 1024  # a browser sends one or two KiB
HEADERS = 200  # A browser sends twenty; an empty header costs 25 times its bytes in memory.
WAITING_REQUESTS = 16  # Browsers send no request on a connection before the last one is answered.


class BoundedHttp(HttpToolsProtocol):
    """Limits the size of a request's head, and the number of requests that are sent before the first is answered.

    httptools has no limits: it parses everything that one read brings (up to 14,000 requests), and the time for a
    header value that arrives in pieces grows with the square of its length.
    """

    _head_bytes = 0  # since the last piece of a body, or the end of a request
    _answered: RequestResponseCycle | None = None  # the request that is being answered, or the last one that was
    _deadlines: DeadlineTimer | None = None
    _is_admitted = False
    heads = 0  # complete heads of requests
    is_in_body = False
    body_bytes = 0  # of all requests
    drains = 0  # how often the client has caught up with reading responses

    # -- reading

    def connection_made(self, transport) -> None:
        super().connection_made(transport)
        self.flow = PipelineFlow(self)
        self._is_admitted = open_connections.admit(self.client)
        if self._is_admitted:
            self._deadlines = DeadlineTimer(self)
        else:
            transport.abort()

    def data_received(self, data: bytes) -> None:
        self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes > HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of the request is too large.")

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        if len(self.headers) > HEADERS:
            raise HttpParserError("too many headers")

    def on_headers_complete(self) -> None:
        if len(self.pipeline) >= WAITING_REQUESTS:
            raise HttpParserError("too many requests wait")  # only an exception stops the parser within a read
        self.heads += 1
        self.is_in_body = True
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._head_bytes = 0
        self.body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._head_bytes = 0
        self.is_in_body = False
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer an invalid request with 400. While another request is being answered, only close the connection."""
        if self.is_answering:
            self.transport.close()
        elif not self.transport.is_closing():
            super().send_400_response(msg)

    def handle_websocket_upgrade(self) -> None:
        """Pass the request on as it was read. uvicorn would serialize it again, for another protocol to parse."""
        if self.is_answering:
            self.transport.close()
            return
        if self.scope["method"] != "GET" or self.scope["http_version"] != "1.1":
            self.send_400_response("A WebSocket is opened by GET, with HTTP/1.1.")
            return
        try:
            handshake = WebSocketHandshake(self)
        except BadHandshake as error:
            self.send_400_response(str(error))
            return
        self.connections.discard(self)
        self._stop_deadlines()
        self.parser = None  # type: ignore[assignment] # breaks a reference cycle, which the garbage collector would find late
        handshake.begin()

    # -- writing

    @property
    def is_answering(self) -> bool:
        return self._answered is not None and not self._answered.response_complete

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answered = cycle
        super()._start_asgi_task(cycle, app)

    def resume_writing(self) -> None:
        self.drains += 1
        super().resume_writing()

    # -- closing

    def connection_lost(self, exc: Exception | None) -> None:
        """Notify the application that the client has disconnected, and drop the waiting requests.

        uvicorn notifies only the last request, which may still be waiting.
        """
        if self._answered is not None:
            self._answered.disconnected = True
            self._answered.message_event.set()
        super().connection_lost(exc)
        self._stop_deadlines()
        if self._is_admitted:
            open_connections.release(self.client)
        self.pipeline.clear()
        self.cycle = self._answered = None  # type: ignore[assignment] # break a reference cycle: the collector is slow

    def _stop_deadlines(self) -> None:
        if self._deadlines is not None:
            self._deadlines.stop()
            self._deadlines = None


class PipelineFlow(FlowControl):
    """Does not resume reading from the client while a request waits.

    Otherwise each response, and each request that waits for the client to disconnect, would resume it, and the queue
    of waiting requests would grow without a bound.
    """

    def __init__(self, http: BoundedHttp) -> None:
        super().__init__(http.transport)
        self._pipeline = http.pipeline

    def resume_reading(self) -> None:
        if not self._pipeline:
            super().resume_reading()
