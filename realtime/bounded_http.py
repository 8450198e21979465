"""uvicorn's HTTP, with a bound on the head of a request: the line, the headers, and what trails a body."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

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
