"""The events of a thread's work, which reach the event loop together with its result.

So the loop is woken once, and whoever asked for the work is answered before the events are written to everybody.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple, Protocol

from realtime.shared.events import Event

MOST_HELD = 1_000  # More go out at once: work for ten thousand people takes seconds, and nobody waits for its end.


class Publisher(Protocol):
    """The hub, as far as a thread needs it."""

    def call(self, function: Callable[..., None], *arguments: object) -> None: ...
    def publish(self, events: Sequence[Event]) -> None: ...
    def publish_now(self, events: Sequence[Event]) -> None: ...


class Publication(NamedTuple):
    """Events, and the hub that publishes them."""

    hub: Publisher
    events: list[Event]


class Held(threading.local):
    """What this thread holds back until its work is done."""

    is_open = False
    publication: Publication | None = None

    def begin(self) -> None:
        self.is_open = True

    def add(self, hub: Publisher, events: Sequence[Event]) -> bool:
        """Keep these until the work is done, and say whether that is possible."""
        if not self.is_open:
            return False
        if self.publication is None:
            self.publication = Publication(hub, [])
        if len(self.publication.events) + len(events) > MOST_HELD:
            return False
        self.publication.events.extend(events)
        return True

    def end(self) -> Publication | None:
        """Return what was held back."""
        publication, self.publication = self.publication, None
        self.is_open = False
        return publication


held = Held()


def hand_over[Result](
    loop: asyncio.AbstractEventLoop, done: Callable[[Result], None], result: Result, *, answers_at_once: bool
) -> None:
    """Give a thread's result to `done` in the loop's thread, and publish what the thread held back.

    `answers_at_once`: nobody has to be woken first to be answered, so the events are written in the same turn.
    """
    publication = held.end()
    with suppress(RuntimeError):  # the loop has closed: nobody waits any more
        loop.call_soon_threadsafe(_finish, done, result, publication, answers_at_once)


def _finish[Result](
    done: Callable[[Result], None], result: Result, publication: Publication | None, answers_at_once: bool
) -> None:
    try:
        done(result)
    finally:
        if publication is not None:
            hub, events = publication
            hub.call(hub.publish_now if answers_at_once else hub.publish, events)
