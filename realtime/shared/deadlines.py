"""Deadlines: until when a command must be answered, and how long a thread may wait for the database."""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from time import monotonic
from typing import Any

ANSWER_SECONDS = 4.5  # docs/protocol.md promises 5; the rest is for the network and the loop's other work.
# A thread gives up so long before the deadline, so that its own answer, which says whether something was stored,
# comes first. No work begins with less time left than this.
AHEAD_SECONDS = 0.25
LEAST_SECONDS = 0.2
TURN = "realtime.turn"  # key in a request's scope: an object whose `waited` is the seconds it waited for its turn

_arrived_at: ContextVar[float | None] = ContextVar("arrived_at", default=None)


@contextmanager
def arrived(at: float) -> Iterator[None]:
    """Count the deadline of the work that begins here, its tasks included, from this time of the loop.

    The context is restored at the end: the protocols of all connections, and the next handshake, are called in the
    same one.
    """
    token = _arrived_at.set(at)
    try:
        yield
    finally:
        _arrived_at.reset(token)


def find_due(loop: asyncio.AbstractEventLoop) -> float:
    """Return the loop time at which the current command must be answered; other work is counted from now."""
    arrived_at = _arrived_at.get()
    return (loop.time() if arrived_at is None else arrived_at) + ANSWER_SECONDS


class Patience(threading.local):
    """How long this thread may wait for the database; connections obey it (config/postgresql).

    `until`: a time of `monotonic()`, for all statements of a command. `each`: seconds for each statement of a page. A
    page may run many slow statements, but where the database is down, its first one is not answered.
    """

    until = inf
    each = inf

    def begin(self, until: float) -> None:
        """Begin the work of a command whose answer is due at this time of `monotonic()`."""
        self.until = max(until - AHEAD_SECONDS, monotonic() + LEAST_SECONDS)

    def begin_page(self, scope: Mapping[str, Any] | None = None, **_: object) -> None:
        """Begin a page. `scope`: the ASGI scope of its request."""
        waited = getattr((scope or {}).get(TURN), "waited", 0.0)
        self.each = max(ANSWER_SECONDS - AHEAD_SECONDS - waited, LEAST_SECONDS)

    def end(self, **_: object) -> None:
        self.until = self.each = inf

    @contextmanager
    def at_most(self, seconds: float) -> Iterator[None]:
        """Shorten the time for each statement within this block."""
        each, self.each = self.each, min(self.each, seconds)
        try:
            yield
        finally:
            self.each = each

    def find_timeout(self) -> float:
        """Return for how many seconds the next statement may wait."""
        return min(max(self.until - monotonic(), LEAST_SECONDS), self.each)


patience = Patience()
