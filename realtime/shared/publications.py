"""The events that a thread's work publishes, passed to the event loop together with its result.

So the loop is woken once, and the author of a post is answered before its event goes to the subscribers.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple, Protocol

from realtime.shared.events import Event

MOST_HELD = 1_000  # More are published at once: work for ten thousand users takes seconds, which is too long to wait.


# A function that begins the thread's next work: True for now, False for the next turn of the loop.
type BeginNext = Callable[[bool], None]


class Publisher(Protocol):
    """The part of the hub that a thread needs."""

    def call(self, function: Callable[..., None], *arguments: object) -> None: ...
    def publish(self, events: Sequence[Event]) -> None: ...
    def flush(self) -> None: ...
    def flush_leaves_interpreter(self) -> bool: ...


class Publication(NamedTuple):
    """Events, and the hub that publishes them."""

    hub: Publisher
    events: list[Event]


class Held(threading.local):
    """The events that this thread keeps until its work is done."""

    is_open = False
    publication: Publication | None = None

    def begin(self) -> None:
        self.is_open = True

    def add(self, hub: Publisher, events: Sequence[Event]) -> bool:
        """Keep these events until the work is done, and return whether they were kept."""
        if not self.is_open:
            return False
        if self.publication is None:
            self.publication = Publication(hub, [])
        if len(self.publication.events) + len(events) > MOST_HELD:
            return False
        self.publication.events.extend(events)
        return True

    def end(self) -> Publication | None:
        """Return the events that were kept."""
        publication, self.publication = self.publication, None
        self.is_open = False
        return publication


held = Held()


def hand_over[Result](
    loop: asyncio.AbstractEventLoop,
    done: Callable[[Result], None],
    result: Result,
    begin_next: BeginNext | None = None,
) -> None:
    """Pass a thread's result to `done` in the loop's thread, and publish the events that the thread kept.

    `begin_next`: given where `done` answers all callers, so that the events are written in the same turn. The
    thread's next work begins before the flush where that releases the interpreter's lock, and after it otherwise:
    both would compete for the lock at each row.
    """
    publication = held.end()
    with suppress(RuntimeError):  # the loop is closed, so nothing waits for the result
        loop.call_soon_threadsafe(_finish, done, result, publication, begin_next)


def _finish[Result](
    done: Callable[[Result], None], result: Result, publication: Publication | None, begin_next: BeginNext | None
) -> None:
    begins_at_once = False
    try:
        done(result)
        if publication is not None:
            hub, events = publication
            hub.call(hub.publish, events)
            if begin_next is not None:
                if begins_at_once := hub.flush_leaves_interpreter():
                    begin_next(True)
                hub.call(hub.flush)
    finally:
        if begin_next is not None and not begins_at_once:
            begin_next(False)
