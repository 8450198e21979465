"""One topic in this process: its subscribers, its position, and the events that wait for the flush."""

from collections.abc import Iterator
from time import perf_counter

from realtime.conf import limits
from realtime.engine.connection import Connection
from realtime.engine.fan_out import send_to_all
from realtime.engine.frames import frames_of
from realtime.engine.protocol import TOO_SLOW
from realtime.shared.events import Event
from realtime.shared.metrics import counters

READING = -1  # the head of a joiner whose catch-up is still being read


class TopicSubscribers:
    """A topic's cursor and its subscribers. Belongs to the loop's thread.

    `cursor`: every event up to this seq was delivered, or replaced by a later one; None until the first joiner has
    read. `delivered`: the last seq that was delivered. `ahead`: events that arrived before the ones that they follow.
    `joiners`: connections that catch up, each with the seq up to which it has everything. `recent`: the events that
    joiners will need. `lines` and `ephemera` wait for the next flush.
    """

    __slots__ = (
        "ahead",
        "cursor",
        "delivered",
        "ephemera",
        "is_repairing",
        "joiners",
        "lines",
        "listeners",
        "name",
        "recent",
        "since",
    )

    def __init__(self, name: str) -> None:
        self.name = name
        self.cursor: int | None = None
        self.delivered = 0
        self.listeners: set[Connection] = set()
        self.joiners: dict[Connection, int] = {}
        self.recent: list[Event] = []
        self.lines: list[str] = []
        self.since = 0.0  # when the first of the lines was added
        self.ephemera: list[str] = []
        self.ahead: dict[int, Event] = {}
        self.is_repairing = False

    @property
    def empty(self) -> bool:
        return not self.listeners and not self.joiners

    def connections(self) -> Iterator[Connection]:
        yield from self.listeners
        yield from self.joiners

    def accept(self, event: Event) -> Iterator[Event]:
        """Take a durable event.

        Yield the events that can be delivered now: none, this one, or it and those that follow.
        """
        assert event.seq is not None
        if self.cursor is not None and event.seq <= self.cursor:
            return
        if self.cursor is None or (event.follows or 0) > self.cursor:
            if len(self.ahead) < limits.EVENTS_AHEAD:  # beyond the limit they are read from the database with the gap
                self.ahead[event.seq] = event
            return
        yield self._advance(event)
        yield from self.drain()

    def drain(self) -> Iterator[Event]:
        """Yield the events of `ahead` that follow the cursor now."""
        while self.ahead and self.cursor is not None:
            for seq in [seq for seq in self.ahead if seq <= self.cursor]:
                del self.ahead[seq]
            event = self.ahead.pop(self.cursor + 1, None)
            if event is None:
                return
            yield self._advance(event)

    def _advance(self, event: Event) -> Event:
        assert event.seq is not None
        if self.delivered:
            event = event.following(self.delivered)
        self.cursor = event.seq
        self.delivered = event.seq or 0
        return event

    def fill_gap(self, events: list[Event], head: int) -> Iterator[Event]:
        """Take the events of a gap, read from the database up to `head`.

        Yield the new ones, and those that follow.
        """
        for event in events:
            if self.cursor is None or (event.seq or 0) > self.cursor:
                yield self._advance(event)
        self.skip_to(head)
        yield from self.drain()

    def skip_to(self, head: int) -> None:
        """Count every event up to `head` as delivered.

        Each was replaced by a later one, or no subscriber here needs it.
        """
        if self.cursor is None:
            self.delivered = head
        self.cursor = max(self.cursor or 0, head)

    def skip_gap(self, head: int) -> None:
        """Give up the missing events up to `head`. The next event follows `head`, so every client sees a gap.

        The remaining subscribers must have been authorized after `head` was read, because a removal may be in the
        gap.
        """
        self.skip_to(head)
        self.delivered = max(self.delivered, head)

    def add(self, event: Event) -> None:
        """Add an event to those that wait for the next flush."""
        if event.seq is None:
            self.ephemera.append(event.line)
            return
        if not self.lines:
            self.since = perf_counter()
        self.lines.append(event.line)
        if self.joiners:
            self.recent.append(event)
        if len(self.recent) > limits.CATCH_UP_EVENTS:
            for connection in list(self.joiners):
                connection.close(TOO_SLOW)  # its catch-up takes longer than a new connection would
            self.recent = []

    def distribute(self) -> None:
        """Write the waiting lines to every subscriber as the same frames, and admit joiners that have read."""
        lines, ephemera = self.lines, self.ephemera
        self.lines, self.ephemera = [], []
        if lines or ephemera:
            self._write(lines, ephemera)
        for connection in list(self.joiners):
            self._admit(connection)
            if ephemera and connection in self.listeners:
                connection.write("\n".join(ephemera))  # they may be newer than those that it got when it subscribed

    def _write(self, lines: list[str], ephemera: list[str]) -> None:
        frames = frames_of("\n".join(lines + ephemera))
        slow = send_to_all(self.listeners, frames)
        for connection in slow:  # closing a slow one removes it from the listeners
            if not is_behind(connection):
                connection.send(frames)
            elif lines:
                connection.send(frames_of("\n".join(lines)))
        if lines:
            counters.delivered(len(self.listeners) * len(lines), self.since)
        if ephemera:
            counters.dropped_for_slow_readers += len(ephemera) * sum(map(is_behind, slow))

    def _admit(self, connection: Connection) -> None:
        """Send a joiner the events above its head, and make it a subscriber, once the topic has reached it."""
        head = self.joiners[connection]
        if head == READING or self.cursor is None or self.cursor < head:
            return
        del self.joiners[connection]
        self.listeners.add(connection)
        late = [event for event in self.recent if event.seq is not None and event.seq > head]
        for index, event in enumerate(late):
            if connection.user_id in event.removes:
                late = late[: index + 1]
                self.listeners.discard(connection)
                connection.forget(self.name)
                break
        if late:
            connection.write("\n".join(event.line for event in late))
        if not self.joiners:
            self.recent = []

    def removes(self, user_id: int, after: int) -> bool:
        """Return whether an event above `after` that joiners have not received yet removes this user."""
        return any(user_id in event.removes for event in self.recent if event.seq is not None and event.seq > after)

    def cut(self, event: Event) -> None:
        """End the subscriptions of the users whom an event removes.

        Joiners are checked once they have read (`_admit`).
        """
        for connection in [connection for connection in self.listeners if connection.user_id in event.removes]:
            self.listeners.discard(connection)
            connection.forget(self.name)
        for connection, head in self.joiners.items():
            if connection.user_id in event.removes and head < (event.seq or 0):
                connection.topics.discard(self.name)


def is_behind(connection: Connection) -> bool:
    return connection.transport.has_backlog and connection.transport.buffered > limits.BUFFER_SOFT_BYTES
