"""One topic in this process: who listens, how far it has been told, what waits for its turn."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from realtime.conf import limits
from realtime.events import Event
from realtime.protocol import TOO_SLOW

if TYPE_CHECKING:
    from realtime.session import Session

READING = -1  # a joiner that does not know yet up to where its catch-up goes


class Feed:
    """A topic's cursor and its listeners. Belongs to the loop's thread.

    `cursor`: everything up to this seq has been told or is known to be overtaken; None until the first joiner
    has read. `told`: the last seq that went out. `ahead`: events that came before their turn. `joiners`: sessions
    that catch up, each with the seq up to which it has everything; `recent` keeps what they will have to hear.
    """

    __slots__ = ("ahead", "cursor", "ephemera", "joiners", "lines", "listeners", "mending", "name", "recent", "told")

    def __init__(self, name: str) -> None:
        self.name = name
        self.cursor: int | None = None
        self.told = 0
        self.listeners: set[Session] = set()
        self.joiners: dict[Session, int] = {}
        self.recent: list[Event] = []
        self.lines: list[str] = []
        self.ephemera: list[str] = []
        self.ahead: dict[int, Event] = {}
        self.mending = False

    @property
    def empty(self) -> bool:
        return not self.listeners and not self.joiners

    def sessions(self) -> Iterator["Session"]:
        yield from self.listeners
        yield from self.joiners

    def accept(self, event: Event) -> Iterator[Event]:
        """Take a durable event; yield what is now in its turn: nothing, this one, or a run."""
        assert event.seq is not None
        if self.cursor is not None and event.seq <= self.cursor:
            return
        if self.cursor is None or (event.follows or 0) > self.cursor:
            self.ahead[event.seq] = event
            return
        yield self._advance(event)
        yield from self.drain()

    def drain(self) -> Iterator[Event]:
        """Yield the events ahead whose turn has come."""
        while self.ahead and self.cursor is not None:
            for seq in [seq for seq in self.ahead if seq <= self.cursor]:
                del self.ahead[seq]
            event = self.ahead.pop(self.cursor + 1, None)
            if event is None:
                return
            yield self._advance(event)

    def _advance(self, event: Event) -> Event:
        assert event.seq is not None
        if self.told:
            event = event.following(self.told)
        self.cursor = event.seq
        self.told = event.seq or 0
        return event

    def mend(self, events: list[Event], head: int) -> Iterator[Event]:
        """Take what was read back from the database up to `head`; yield what is new in it, and what follows."""
        for event in events:
            if self.cursor is None or (event.seq or 0) > self.cursor:
                yield self._advance(event)
        self.skip_to(head)
        yield from self.drain()

    def skip_to(self, head: int) -> None:
        """Count everything up to `head` as told: it is overtaken, or nobody here waits for it."""
        if self.cursor is None:
            self.told = head
        self.cursor = max(self.cursor or 0, head)

    def tell(self, event: Event) -> None:
        """Let an event wait for the next flush."""
        if event.seq is None:
            self.ephemera.append(event.line)
            return
        self.lines.append(event.line)
        if self.joiners:
            self.recent.append(event)
        if len(self.recent) > limits.CATCH_UP_EVENTS:
            for session in list(self.joiners):
                session.close(TOO_SLOW)  # its catch-up takes longer than coming back
            self.recent = []

    def distribute(self, waiting: list["Session"]) -> None:
        """Put what waits before every listener, as one text for all; `waiting` gets those who had nothing waiting."""
        if self.lines or self.ephemera:
            durable = "\n".join(self.lines)
            everything = "\n".join(self.lines + self.ephemera) if self.ephemera else durable
            spares = bool(self.ephemera)
            self.lines, self.ephemera = [], []
            for session in self.listeners:
                if spares and is_behind(session):
                    if durable:
                        session.put(durable, waiting)
                else:
                    session.put(everything, waiting)
        self._serve_joiners(waiting)

    def _serve_joiners(self, waiting: list["Session"]) -> None:
        """Give the joiners who wait for the feed to reach their head what is past it, or make them listeners."""
        for session, head in list(self.joiners.items()):
            if head == READING or self.cursor is None or self.cursor < head:
                continue
            del self.joiners[session]
            self.listeners.add(session)
            late = [event for event in self.recent if event.seq is not None and event.seq > head]
            for index, event in enumerate(late):
                if session.user_id in event.removes:
                    late = late[: index + 1]
                    self.listeners.discard(session)
                    session.topics.discard(self.name)
                    break
            if late:
                session.put("\n".join(event.line for event in late), waiting)
        if not self.joiners:
            self.recent = []

    def cut(self, user_ids: tuple[int, ...]) -> None:
        """End the listening of these people; joiners are judged when they have read (`_serve_joiners`)."""
        for session in [session for session in self.listeners if session.user_id in user_ids]:
            self.listeners.discard(session)
            session.topics.discard(self.name)


def is_behind(session: "Session") -> bool:
    return session.transport.is_slow and session.transport.buffered > limits.BUFFER_SOFT_BYTES
