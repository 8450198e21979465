"""The way out: how names are looked up and connections opened, each within its time, and the pool that keeps them."""

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

MOST_CONNECTIONS = 64  # all pushes that are sent at once, and what pages ask beside them
# Less than servers wait themselves (Node and Apache: 5 s): we seldom write to one that is just being closed.
IDLE_SECONDS = 4.0


def look_up(host: str, port: int, seconds: float) -> list[str]:
    """Return a name's addresses, in the order in which they are to be tried. Raises OSError or TimeoutError.

    The system's own resolver knows no time limit: it is asked in a thread, which is left behind if need be.
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
    """Open a connection to an address; nothing is looked up. Raises OSError, of which TimeoutError is one."""
    return socket.create_connection((address, port), timeout=seconds)


@cache
def system_tls() -> ssl.SSLContext:
    """Return what this machine trusts."""
    return ssl.create_default_context()


@dataclass(frozen=True)
class Network:
    """What the way out is made of. Tests bring their own, whose connections end at their servers.

    It has no say in what is public: that is asked of every address, whoever looked it up.
    """

    look_up: Callable[[str, int, float], list[str]] = look_up
    dial: Callable[[str, int, float], socket.socket] = dial
    tls: Callable[[], ssl.SSLContext] = system_tls

    @cached_property
    def pool(self) -> ConnectionPool:
        """The connections that are open, for any number of threads; those of a network that is let go of are closed."""
        pool = ConnectionPool(
            ssl_context=self.tls(),
            max_connections=MOST_CONNECTIONS,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=PublicBackend(self.look_up, self.dial),
        )
        weakref.finalize(self, pool.close)
        return pool


INTERNET = Network()
