"""Reading what was missed, in groups: what is asked while one read is under way shares the next."""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from realtime.conf import limits
from realtime.engine.missed import MissedEvents, Request
from realtime.engine.sequences import heads
from realtime.engine.topics import Topic, find
from realtime.shared import threads
from realtime.shared.batches import Batches
from realtime.shared.errors import NotFound
from realtime.shared.events import Event
from realtime.shared.rate_limit import ProcessRateLimit
from realtime.shared.topic_ids import UserKey

# So many requests within a tick are a rush: a team that works opens a page now and then.
RUSH_REQUESTS = 10
TICK_SECONDS = 0.1
# Writing a large answer keeps the loop for 2 ms. Twenty in one turn would keep everybody's posts waiting.
LARGE_BYTES = 64 * 1024
REST_SECONDS = 0.005


class Missed(NamedTuple):
    """What a listener lacks of a topic up to `head`; `events` is None where that cannot be told: reset."""

    head: int
    events: list[Event] | None
    cost: int = 0  # where they cannot be told: bytes that it costs the user that they were looked for

    @property
    def size(self) -> int:
        """Characters of what there is to tell."""
        return sum(len(event.line) for event in self.events or ())


class CatchUp:
    """The queue of requests. After a restart everybody comes back at once: then one read serves many.

    In a rush each tick of 100 ms is one read. A request alone, as when somebody opens a page, waits for no tick, nor
    does the repair of a gap. A person may have so many bytes in all their links together, and large answers are given
    one after the other, with a rest between them in which the loop does everybody's work.
    """

    def __init__(self) -> None:
        self._reads = Batches(threads.readers, read_group, limits.READS_WAITING)
        self._arrivals: deque[float] = deque(maxlen=RUSH_REQUESTS)
        self._large = asyncio.Lock()
        sentence = _("You missed more than can be sent at once.")
        burst = limits.CATCH_UP_BYTES_BURST
        self.bytes = ProcessRateLimit(limits.CATCH_UP_BYTES_PER_SECOND, 1, sentence, burst=burst)

    async def request(self, user_id: UserKey, topics: Mapping[str, int | None]) -> dict[str, Missed]:
        """Return what was missed of each topic; one that the user may not hear is left out.

        Raises RateLimited when the person has had too much lately, over all links.
        """
        self.bytes.spend(user_id, 0)  # how much it is, only the read shows
        now = asyncio.get_running_loop().time()
        if self._is_rush(now):
            await asyncio.sleep(TICK_SECONDS - now % TICK_SECONDS)
        found = await self._reads.add(Request(user_id, topics))
        size = sum(missed.size for missed in found.values())
        self.bytes.charge(user_id, size + sum(missed.cost for missed in found.values()), owed_bursts=1)
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


def read_group(requests: Sequence[Request]) -> list[dict[str, Missed]]:
    """Answer a group: one query for all heads, one a kind for who may listen, and what the kinds take to read.

    However many topics there are, kinds that read many at once take as many queries; others one read a topic.
    The heads come first. Who is removed after that is removed by an event above the head, which the joiner hears
    in its turn; asked the other way round, a removal between the two queries would be neither refused nor heard.
    """
    topics = _find_topics(requests)
    head = heads(topics)
    allowed = _authorize(requests, topics)
    missed = MissedEvents(requests, topics, allowed, head)
    return [_answer(request, allowed, head, missed) for request in requests]


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


def _answer(request: Request, allowed, head, missed: MissedEvents) -> dict[str, Missed]:
    """Answer one request; nothing more is read for it once it has all the bytes that it may have."""
    answer: dict[str, Missed] = {}
    bytes_left = limits.CATCH_UP_BYTES
    for name, after in request.topics.items():
        if (request.user_id, name) not in allowed or name not in head:
            continue
        if after is None or after == head[name]:
            answer[name] = Missed(head[name], [])
            continue
        events = missed.select(name, after) if bytes_left > 0 else None
        if events is not None:
            bytes_left -= sum(len(event.line) for event in events)
        if events is not None and bytes_left >= 0:
            answer[name] = Missed(head[name], events)
        else:
            answer[name] = Missed(head[name], None, missed.cost(name, after))
    return answer
