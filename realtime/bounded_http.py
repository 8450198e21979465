"""uvicorn's HTTP, with a bound on the head of a request: the line, the headers, and what trails a body."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from websockets.datastructures import Headers
from websockets.http11 import Request

from realtime.server import LinkProtocol

HEAD_BYTES = 64 * 1024  # A browser sends one or two KiB.


class BoundedHttp(HttpToolsProtocol):
    """Refuses a head without end.

    httptools has no bound, and joins a value that comes in pieces in time by the square of its length.
    """

    _head_bytes = 0  # since the last piece of a body, or the end of a request

    def data_received(self, data: bytes) -> None:
        self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes > HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of the request is too large.")

    def on_body(self, body: bytes) -> None:
        self._head_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._head_bytes = 0
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """Hand the request over as it was read. uvicorn writes it down again, for websockets to read."""
        if self.scope["method"] != "GET" or self.scope["http_version"] != "1.1":
            super().handle_websocket_upgrade()  # to be refused
            return
        self.connections.discard(self)
        headers = Headers((name.decode("ascii"), value.decode("latin-1")) for name, value in self.scope["headers"])
        link = LinkProtocol(config=self.config, server_state=self.server_state, app_state=self.app_state)
        link.take_over(self, Request(self.url.decode("ascii"), headers))
        self.transport.set_protocol(link)
