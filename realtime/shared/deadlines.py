"""By when a command must be answered, counted from its arrival; and for how long a thread may wait for the database."""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from time import monotonic
from typing import Any

ANSWER_SECONDS = 4.5  # Five are promised: the rest is for the network, and for the loop's other work.
# A thread gives up so long before, so that its own answer, which says whether something was stored, comes first; and
# nothing is begun for which less time is left.
AHEAD_SECONDS = 0.25
LEAST_SECONDS = 0.2
TURN = "realtime.turn"  # in the scope of a request: what knows for how many seconds it `waited` for its turn

_arrived_at: ContextVar[float | None] = ContextVar("arrived_at", default=None)


@contextmanager
def arrived(at: float) -> Iterator[None]:
    """Count the deadline of what begins here, tasks included, from a moment of the loop's clock.

    Only there: every connection's protocol is called in one and the same context, and so is the next handshake.
    """
    token = _arrived_at.set(at)
    try:
        yield
    finally:
        _arrived_at.reset(token)


def find_due(loop: asyncio.AbstractEventLoop) -> float:
    """Return when the command at hand must be answered, by the loop's clock; what is none begins now."""
    arrived_at = _arrived_at.get()
    return (loop.time() if arrived_at is None else arrived_at) + ANSWER_SECONDS


class Patience(threading.local):
    """How long this thread may wait for an answer of the database; a connection obeys it (config/postgresql).

    `until`: the moment by `monotonic()` for all that one command asks. `each`: the seconds for each statement of a
    page, which may ask for many things that take their time, but whose first one is not answered when nothing is.
    """

    until = inf
    each = inf

    def begin(self, until: float) -> None:
        """Begin with the work of a command that is due then."""
        self.until = max(until - AHEAD_SECONDS, monotonic() + LEAST_SECONDS)

    def begin_page(self, scope: Mapping[str, Any] | None = None, **_: object) -> None:
        """Begin with a page. `scope`: ASGI's."""
        waited = getattr((scope or {}).get(TURN), "waited", 0.0)
        self.each = max(ANSWER_SECONDS - AHEAD_SECONDS - waited, LEAST_SECONDS)

    def end(self, **_: object) -> None:
        self.until = self.each = inf

    @contextmanager
    def at_most(self, seconds: float) -> Iterator[None]:
        """Have less of it for a while."""
        each, self.each = self.each, min(self.each, seconds)
        try:
            yield
        finally:
            self.each = each

    def find_timeout(self) -> float:
        """Return for how many seconds the next statement may wait."""
        return min(max(self.until - monotonic(), LEAST_SECONDS), self.each)


patience = Patience()
