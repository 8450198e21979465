"""The events that a batch of requests missed: measured, then read, each topic once for all requests."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeGuard

from realtime.conf import limits
from realtime.engine.topics import Topic
from realtime.shared.events import Event
from realtime.shared.topic_ids import UserKey

TOPICS_A_READ = 500  # the most rows of one of our own statements (realtime.shared.statements)
CHARACTERS_A_READ = 2 * 1024 * 1024
# The bytes of catch-up that a user is charged for a topic of which nothing is sent. Its states were counted in an
# index, and where they were few enough their lengths were read, in about an eighth of the time that sending them
# takes. A kind that reads one topic at a time may have read them all.
COUNTED_BYTES = 1024
LENGTHS_A_BYTE = 8
READ_BYTES = 16 * 1024


class MissedRequest(NamedTuple):
    """A subscriber's topics with its cursors (None: only new events). No user: for the hub itself."""

    user_id: UserKey | None
    topics: Mapping[str, int | None]


class Search:
    """A binary search for the oldest of a topic's cursors from which the missed events are few enough to send.

    The oldest is measured first, because it nearly always fits. Then each step halves the rest.
    """

    def __init__(self, cursors: Collection[int]) -> None:
        self._cursors = sorted(cursors)
        self._low, self._high, self._at = 0, len(self._cursors), 0
        self.size = 0  # characters missed since the cursor that was found, or else measured last

    @property
    def cursor(self) -> int:
        """The cursor to measure next; once the search is over, the one that was found."""
        return self._cursors[self._at]

    @property
    def is_over(self) -> bool:
        return self._low >= self._high

    @property
    def has_found(self) -> bool:
        return self._high < len(self._cursors)

    def take(self, size: int | None) -> None:
        """Continue with the size, in characters, of the cursor that was measured.

        None stands for more than a catch-up may have.
        """
        self.size = size or 0
        if size is None or size > limits.CATCH_UP_BYTES:
            self._low = self._at + 1
        else:
            self._high = self._at
        self._at = self._high if self.is_over else (self._low + self._high) // 2


class MissedEvents:
    """The missed events of a batch's topics. Kinds with `reads_many` are read at once, others when first selected."""

    def __init__(
        self,
        requests: Sequence[MissedRequest],
        topics: Mapping[str, Topic],
        allowed: Collection[tuple[UserKey | None, str]],
        heads: Mapping[str, int],
    ) -> None:
        self._topics = topics
        self._heads = heads
        self._cursors: dict[str, set[int]] = {}
        self._read: dict[str, tuple[int, list[Event] | None]] = {}
        for user_id, names in requests:
            for name, after in names.items():
                if (user_id, name) in allowed and name in topics and is_behind(after, heads[name]):
                    self._cursors.setdefault(name, set()).add(after)
        self._searches = {name: Search(self._cursors[name]) for name in self._cursors if topics[name].reads_many}
        self._measure()
        self._read_many(self._choose(requests, allowed))

    def select(self, name: str, after: int) -> list[Event] | None:
        """Return the events above `after`; None where they are too many, or where `after` is no seq of this topic.

        States newer than the head are left out: they were committed after it was read and arrive as live events.
        """
        if not is_behind(after, self._heads[name]):
            return None
        if name not in self._read and name not in self._searches:
            self._read[name] = self._read_one(name)
        start, events = self._read.get(name, (0, None))
        if events is None or start > after:
            return None
        return [event for event in events if after < (event.seq or 0) <= self._heads[name]]

    def cost(self, name: str, after: int) -> int:
        """Return the bytes that a user is charged for a topic that was searched and of which nothing is sent."""
        if not is_behind(after, self._heads[name]):
            return 0
        search = self._searches.get(name)
        return READ_BYTES if search is None else COUNTED_BYTES + search.size // LENGTHS_A_BYTE

    def _measure(self) -> None:
        """Measure all topics side by side, in as many rounds as one search takes: usually one."""
        pending = self._searches
        while pending := {name: search for name, search in pending.items() if not search.is_over}:
            for kind, names in self._by_kind(pending):
                cursors = {self._topics[name].id: pending[name].cursor for name in names}
                sizes = kind.measure_missed(cursors, limits.CATCH_UP_EVENTS)
                for name in names:
                    pending[name].take(sizes[self._topics[name].id])

    def _choose(self, requests: Sequence[MissedRequest], allowed: Collection) -> dict[str, int]:
        """Return the topics to read, each with its cursor: for each request as many as its bytes allow."""
        chosen: dict[str, int] = {}
        for user_id, names in requests:
            left: float = limits.CATCH_UP_BYTES
            for name, after in names.items():
                search = self._searches.get(name)
                if search is None or not search.has_found or (user_id, name) not in allowed:
                    continue
                if not is_behind(after, self._heads[name]) or after < search.cursor:
                    continue
                left -= search.size * (self._heads[name] - after) / (self._heads[name] - search.cursor)
                if left < 0:
                    break
                chosen[name] = min(after, chosen.get(name, after))
        return chosen

    def _read_many(self, cursors: Mapping[str, int]) -> None:
        for kind, names in self._by_kind(cursors):
            for some in self._batch(names):
                found = kind.missed_many({self._topics[name].id: cursors[name] for name in some})
                for name in some:
                    events = found.get(self._topics[name].id, [])
                    self._read[name] = cursors[name], chain(cursors[name], events)

    def _by_kind(self, names: Collection[str]) -> Iterator[tuple[type[Topic], list[str]]]:
        kinds: dict[type[Topic], list[str]] = {}
        for name in names:
            kinds.setdefault(type(self._topics[name]), []).append(name)
        yield from kinds.items()

    def _batch(self, names: Collection[str]) -> Iterator[list[str]]:
        some: list[str] = []
        characters = 0
        for name in names:
            size = self._searches[name].size
            if some and (len(some) == TOPICS_A_READ or characters + size > CHARACTERS_A_READ):
                yield some
                some, characters = [], 0
            some.append(name)
            characters += size
        if some:
            yield some

    def _read_one(self, name: str) -> tuple[int, list[Event] | None]:
        """Read from the oldest cursor whose events are few enough.

        Requests with later cursors use the same events.
        """
        for after in sorted(self._cursors.get(name, ())):
            events = self._topics[name].missed(after, limits.CATCH_UP_EVENTS)
            if events is not None:
                return after, chain(after, events)
        return 0, None


def is_behind(after: int | None, head: int) -> TypeGuard[int]:
    """Return whether a cursor lies below the topic's head, so that there is anything to read."""
    return after is not None and 0 <= after < head


def chain(after: int, events: list[Event]) -> list[Event]:
    """Set in each event which seq it follows. This also holds for clients that begin later in the list."""
    seqs = [after, *(event.seq or 0 for event in events)]
    return [event.following(prev) for (prev, _), event in zip(pairwise(seqs), events, strict=True)]
