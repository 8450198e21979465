"""The network of the HTTP client: look-up and connection, each with a time limit, and the pool of connections."""

import queue
import socket
import ssl
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property

from httpcore import ConnectionPool

from notifications.delivery.http.connections import PublicBackend

MOST_CONNECTIONS = 64  # all parallel pushes, and the requests of pages beside them
# Shorter than the timeouts of servers (Node and Apache: 5 s), so that we seldom write to a connection that is being
# closed.
IDLE_SECONDS = 4.0


def look_up(host: str, port: int, seconds: float) -> list[str]:
    """Return a host's addresses in the order to try them. Raises OSError or TimeoutError.

    The system's resolver has no timeout, so it runs in a thread that is abandoned if it takes too long.
    """
    answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def find() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(address[0]) for *_, address in found)))
        except OSError as error:
            answers.put(error)
        except UnicodeError as error:
            answers.put(OSError(str(error)))

    threading.Thread(target=find, name="look-up", daemon=True).start()
    try:
        answer = answers.get(timeout=max(seconds, 0))
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def dial(address: str, port: int, seconds: float) -> socket.socket:
    """Open a connection to an IP address. Raises OSError, including TimeoutError."""
    return socket.create_connection((address, port), timeout=seconds)


@cache
def system_tls() -> ssl.SSLContext:
    """Return a TLS context with the certificates that this machine trusts."""
    return ssl.create_default_context()


@dataclass(frozen=True)
class Network:
    """The functions that make connections. Tests bring their own, whose connections end at test servers.

    It cannot change which addresses are public: every address is checked, wherever it comes from.
    """

    look_up: Callable[[str, int, float], list[str]] = look_up
    dial: Callable[[str, int, float], socket.socket] = dial
    tls: Callable[[], ssl.SSLContext] = system_tls

    @cached_property
    def pool(self) -> ConnectionPool:
        """The pool of connections, safe for threads. It is closed when the network is garbage-collected."""
        pool = ConnectionPool(
            ssl_context=self.tls(),
            max_connections=MOST_CONNECTIONS,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=PublicBackend(self.look_up, self.dial),
        )
        weakref.finalize(self, pool.close)
        return pool


INTERNET = Network()
