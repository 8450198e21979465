"""Reading what was missed, in groups: what is asked while one read is under way shares the next."""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from realtime import threads
from realtime.conf import limits
from realtime.errors import NotFound, RateLimited
from realtime.events import Event
from realtime.gathering import Gathering
from realtime.rate_limit import Buckets
from realtime.sequences import heads
from realtime.topic_ids import UserKey
from realtime.topics import Topic, find

# So many requests within a tick are a rush: a team that works opens a page now and then.
RUSH_REQUESTS = 10
TICK_SECONDS = 0.1
# Writing a large answer keeps the loop for 2 ms. Twenty in one turn would keep everybody's posts waiting.
LARGE_BYTES = 64 * 1024
REST_SECONDS = 0.005
RESET_BYTES = 16 * 1024  # What a run costs that was measured and found too large: a thousand lengths were read.


class Missed(NamedTuple):
    """What a listener lacks of a topic up to `head`; `events` is None where that cannot be told: reset."""

    head: int
    events: list[Event] | None

    @property
    def size(self) -> int:
        """Characters of what there is to tell."""
        return sum(len(event.line) for event in self.events or ())


class Request(NamedTuple):
    """One listener's topics with the seq it has of each (None: from now on); no user: the hub itself asks."""

    user_id: UserKey | None
    topics: Mapping[str, int | None]


class CatchUp:
    """The queue of requests. After a restart everybody comes back at once: then one read serves many.

    In a rush each tick of 100 ms is one read. A request alone, as when somebody opens a page, waits for no tick, nor
    does the repair of a gap. A person may have so many bytes in all their links together, and large answers are given
    one after the other, with a rest between them in which the loop does everybody's work.
    """

    def __init__(self) -> None:
        self._reads = Gathering(threads.readers, read_group, limits.READS_WAITING)
        self._arrivals: deque[float] = deque(maxlen=RUSH_REQUESTS)
        self._large = asyncio.Lock()
        self.bytes = Buckets(limits.CATCH_UP_BYTES_PER_SECOND, limits.CATCH_UP_BYTES_BURST)

    async def request(self, user_id: UserKey, topics: Mapping[str, int | None]) -> dict[str, Missed]:
        """Return what was missed of each topic; one that the user may not hear is left out.

        Raises RateLimited when the person has had too much lately, over all links.
        """
        now = asyncio.get_running_loop().time()
        if wait := self.bytes.take(user_id, now, 0):
            raise RateLimited("You have missed more than can be sent at once.", retry_after=wait)
        if self._is_rush(now):
            await asyncio.sleep(TICK_SECONDS - now % TICK_SECONDS)
        found = await self._reads.add(Request(user_id, topics))
        size = sum(missed.size for missed in found.values())
        resets = sum(missed.events is None and is_believable(topics[name], missed) for name, missed in found.items())
        self.bytes.owe(user_id, now, size + resets * RESET_BYTES)
        if size > LARGE_BYTES:
            async with self._large:
                await asyncio.sleep(REST_SECONDS)
        return found

    async def read(self, topic: str, after: int | None) -> Missed | None:
        """Return what the hub itself lacks of a topic; None when there is no such topic."""
        return (await self._reads.add(Request(None, {topic: after}))).get(topic)

    def _is_rush(self, now: float) -> bool:
        self._arrivals.append(now)
        return len(self._arrivals) == RUSH_REQUESTS and now - self._arrivals[0] < TICK_SECONDS


def is_believable(after: int | None, missed: Missed) -> bool:
    """Say whether a topic has had that position: only then anything was read."""
    return after is not None and 0 <= after < missed.head


def read_group(requests: Sequence[Request]) -> list[dict[str, Missed]]:
    """Answer a group with one query for all heads, one a kind for who may listen, and one read a topic.

    The heads come first. Who is removed after that is removed by an event above the head, which the joiner hears
    in its turn; asked the other way round, a removal between the two queries would be neither refused nor heard.
    """
    topics = _find_topics(requests)
    head = heads(topics)
    allowed = _authorize(requests, topics)
    runs = Runs(requests, topics, allowed, head)
    return [_answer(request, allowed, head, runs) for request in requests]


def _find_topics(requests: Sequence[Request]) -> dict[str, Topic]:
    topics: dict[str, Topic] = {}
    for name in {name for request in requests for name in request.topics}:
        try:
            topics[name] = find(name)
        except NotFound:
            continue
    return topics


def _authorize(requests: Sequence[Request], topics: Mapping[str, Topic]) -> set[tuple[UserKey | None, str]]:
    """Return which (user id, topic name) may be told."""
    asked: dict[type[Topic], set[tuple[UserKey, Any]]] = {}
    allowed: set[tuple[UserKey | None, str]] = set()
    for user_id, names in requests:
        for name in names:
            if user_id is None:
                allowed.add((None, name))
            elif name in topics:
                asked.setdefault(type(topics[name]), set()).add((user_id, topics[name].id))
    for kind, pairs in asked.items():
        allowed.update((user_id, kind.name_of(id)) for user_id, id in kind.authorize(pairs))
    return allowed


class Runs:
    """What a group's topics have to tell, each read when first asked for, from the oldest cursor that can be served."""

    def __init__(self, requests, topics, allowed, head) -> None:
        self._topics = topics
        self._head = head
        self._cursors: dict[str, set[int]] = {}
        self._read: dict[str, tuple[int, list[Event] | None]] = {}
        for user_id, names in requests:
            for name, after in names.items():
                if (user_id, name) in allowed and name in topics and after is not None and 0 <= after < head[name]:
                    self._cursors.setdefault(name, set()).add(after)

    def select(self, name: str, after: int) -> list[Event] | None:
        """Return the events above `after`; None where they are too many or the cursor is not believable.

        States newer than the head are left out: they were committed after it was read and come live.
        """
        if name not in self._read:
            self._read[name] = self._read_run(name)
        start, events = self._read[name]
        if events is None or not start <= after <= self._head[name]:
            return None
        return [event for event in events if after < (event.seq or 0) <= self._head[name]]

    def _read_run(self, name: str) -> tuple[int, list[Event] | None]:
        """Everybody with a later cursor is served from the same run."""
        for after in sorted(self._cursors.get(name, ())):
            events = self._topics[name].missed(after, limits.CATCH_UP_EVENTS)
            if events is not None:
                return after, chain(after, events)
        return 0, None


def chain(after: int, events: list[Event]) -> list[Event]:
    """Let each event of a run say which one it follows. It holds for everybody who joins the run later, too."""
    before = [after, *(event.seq or 0 for event in events)]
    return [event.following(prev) for prev, event in zip(before, events, strict=False)]


def _answer(request: Request, allowed, head, runs: Runs) -> dict[str, Missed]:
    """Answer one request; nothing more is read for it once it has all the bytes that it may have."""
    answer: dict[str, Missed] = {}
    bytes_left = limits.CATCH_UP_BYTES
    for name, after in request.topics.items():
        if (request.user_id, name) not in allowed or name not in head:
            continue
        if after is None or after == head[name]:
            answer[name] = Missed(head[name], [])
            continue
        events = runs.select(name, after) if bytes_left > 0 else None
        if events is not None:
            bytes_left -= sum(len(event.line) for event in events)
        answer[name] = Missed(head[name], events if bytes_left >= 0 else None)
    return answer
