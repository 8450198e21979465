"""A web server of the test on this machine, in place of servers on the Internet to which Hubbub sends requests."""

import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from notifications.delivery.http import Network
from tests.services.authority import server_tls, trusting_us

PUBLIC_ADDRESS = "93.184.215.14"  # to which all names resolve for Hubbub's client


@dataclass
class Asked:
    """A received request."""

    method: str
    path: str
    headers: Message
    body: bytes


@dataclass
class Reply:
    status: int = 200
    headers: Mapping[str, str] | None = None
    body: bytes = b""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # many requests may arrive at once


class Neighbour:
    """Answers each request by `replies`, and records it. With `names` it uses TLS and certificates for these."""

    def __init__(self, replies: Callable[[Asked], Reply], *, names: tuple[str, ...] = ()) -> None:
        self.replies = replies
        self.asked: list[Asked] = []
        self._news = threading.Condition()
        self._server = Server(("127.0.0.1", 0), self._handler())
        if names:
            self._server.socket = server_tls(names).wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def network(self, *addresses: str) -> Network:
        """Return a network with these addresses for every name, whose connections all lead to this server."""
        found = list(addresses) or [PUBLIC_ADDRESS]
        return Network(lambda *_: found, lambda *_: socket.create_connection(("127.0.0.1", self.port), 5), trusting_us)

    def waits_for(self, number: int, seconds: float = 20) -> list[Asked]:
        """Wait until so many requests have arrived, and return them."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.asked) >= number, seconds), f"{len(self.asked)} came"
        return self.asked

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        neighbour = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                asked = Asked(self.command, self.path, self.headers, self.rfile.read(length))
                with neighbour._news:
                    neighbour.asked.append(asked)
                    neighbour._news.notify_all()
                reply = neighbour.replies(asked)
                self.send_response(reply.status)
                for name, value in {"Content-Length": str(len(reply.body)), **(reply.headers or {})}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body)

            do_POST = do_GET  # noqa: N815 http.server's name

            def log_message(self, *_: object) -> None:
                pass

        return Handler
