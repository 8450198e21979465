"""Pings to all open WebSockets, to detect clients that have disappeared without closing the connection."""

import itertools
from typing import Protocol

PING_SECONDS = 20
TICKS_PER_SECOND = 10  # uvicorn's
SLOTS = PING_SECONDS * TICKS_PER_SECOND


class Pinged(Protocol):
    number: int

    def ping(self) -> None:
        """Send a ping, or close the connection if the client has sent nothing since the last one."""


class Keepalive:
    """Pings each connection every 20 seconds, a few of them in each tick of the server.

    A timer for each connection would take half a KiB of memory, and pinging all at once would delay posts.
    """

    def __init__(self) -> None:
        self._slots: list[set[Pinged]] = [set() for _ in range(SLOTS)]
        self._numbers = itertools.count()

    def add(self, connection: Pinged) -> None:
        connection.number = next(self._numbers)
        self._slots[connection.number % SLOTS].add(connection)

    def discard(self, connection: Pinged) -> None:
        self._slots[connection.number % SLOTS].discard(connection)

    def tick(self, number: int) -> None:
        for connection in list(self._slots[number % SLOTS]):
            connection.ping()


keepalive = Keepalive()
