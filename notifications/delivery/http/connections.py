"""Connections to public addresses only, pooled by httpcore; each exchange on them has a deadline and a size limit."""

import select
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field

from httpcore import NetworkBackend, NetworkStream, WriteError

from notifications.delivery.http.addresses import is_public
from notifications.delivery.http.errors import NotPublic, Unreachable

ADDRESSES_TRIED = 3
READ_BYTES = 64 * 1024  # at most, by one read of httpcore


class TooManyBytes(Exception):
    """The response is larger than allowed, which is `most` bytes."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


@dataclass
class Exchange:
    """One request and its response. httpcore's own timeouts restart with every read; this deadline does not."""

    deadline: float  # of time.monotonic()
    most_bytes: int
    has_connected: bool = False
    has_received: bool = False
    bytes_left: int = field(init=False)

    def __post_init__(self) -> None:
        self.bytes_left = self.most_bytes + READ_BYTES  # The body may begin in the read that ends the headers.

    def seconds_left(self) -> float:
        """Return the seconds until the deadline. Raises TimeoutError if it has passed."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def receive(self, count: int) -> None:
        self.has_received = self.has_received or count > 0
        self.bytes_left -= count
        if self.bytes_left < 0:
            raise TooManyBytes(self.most_bytes)

    def allow(self, count: int) -> None:
        """Let so many more bytes arrive: the body, after the headers."""
        self.bytes_left += count
        self.most_bytes = count


# A context variable, because a connection outlives its exchange, and an exchange stays in one thread.
current: ContextVar[Exchange] = ContextVar("exchange")


class SocketStream(NetworkStream):
    """A socket whose reads and writes belong to the current exchange. It ignores httpcore's timeouts."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        exchange = current.get()
        self._socket.settimeout(exchange.seconds_left())
        data = self._socket.recv(max_bytes)
        exchange.receive(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        try:
            while buffer:
                self._socket.settimeout(current.get().seconds_left())
                buffer = buffer[self._socket.send(buffer) :]
        except TimeoutError:
            raise
        except OSError as error:
            raise WriteError(error) from error  # httpcore then reads the response to a refused request

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "SocketStream":
        try:
            self._socket.settimeout(current.get().seconds_left())
            return SocketStream(ssl_context.wrap_socket(self._socket, server_hostname=server_hostname))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._socket.close()

    def get_extra_info(self, info: str) -> bool | None:
        """Return whether there is data to read, which on an idle connection means that the server has closed it."""
        if info != "is_readable":
            return None
        if self._socket.fileno() < 0:
            return True
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return bool(poll.poll(0))


class PublicBackend(NetworkBackend):
    """A backend that resolves a host once and connects to one of its addresses if all of them are public."""

    def __init__(
        self,
        look_up: Callable[[str, int, float], list[str]],
        dial: Callable[[str, int, float], socket.socket],
    ) -> None:
        self._look_up, self._dial = look_up, dial

    def connect_tcp(self, host: str, port: int, *_: object, **__: object) -> SocketStream:
        """Connect to a host. Raises NotPublic, Unreachable or OSError."""
        exchange = current.get()
        exchange.has_connected = True
        connection = self._dial_first(self._look_up_public(host, port, exchange), port, exchange)
        # Head and body are two writes: with Nagle's algorithm the second would wait 40 ms for the first one's
        # acknowledgement.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return SocketStream(connection)

    def _look_up_public(self, host: str, port: int, exchange: Exchange) -> list[str]:
        """Return a host's addresses. If one is not public, refuse all: mixing them is a sign of an attack."""
        try:
            addresses = self._look_up(host, port, exchange.seconds_left())
        except TimeoutError:
            raise
        except OSError:
            addresses = []
        if not addresses:
            raise Unreachable(f"{host} was not found.")
        if not all(is_public(address) for address in addresses):
            raise NotPublic(f"{host} is not a public address.")
        return addresses

    def _dial_first(self, addresses: Sequence[str], port: int, exchange: Exchange) -> socket.socket:
        """Connect to the first address that accepts, each within its share of the time."""
        tried = addresses[:ADDRESSES_TRIED]
        for number, address in enumerate(tried, start=1):
            try:
                return self._dial(address, port, exchange.seconds_left() / (len(tried) - number + 1))
            except OSError:
                if number == len(tried):
                    raise
        raise AssertionError("no address to try")
