"""The catch-up of subscribers: reading the events that they missed, in batches.

Requests that arrive during a read share the next one.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from realtime.conf import limits
from realtime.engine.missed import MissedEvents, MissedRequest
from realtime.engine.sequences import heads
from realtime.engine.topics import Topic, find
from realtime.shared import threads
from realtime.shared.batches import Batches
from realtime.shared.errors import NotFound
from realtime.shared.events import Event
from realtime.shared.rate_limit import ProcessRateLimit
from realtime.shared.topic_ids import UserKey

# So many requests within a tick are a rush. In normal use people open pages more rarely.
RUSH_REQUESTS = 10
TICK_SECONDS = 0.1
# Writing a large catch-up occupies the loop for 2 ms. Twenty in one turn would delay everybody's messages.
LARGE_BYTES = 64 * 1024
REST_SECONDS = 0.005


class Missed(NamedTuple):
    """The events that a subscriber missed of a topic up to `head`.

    `events` is None where they are too many: reset.
    """

    head: int
    events: list[Event] | None
    cost: int = 0  # bytes charged to the user for the search where nothing is sent

    @property
    def size(self) -> int:
        """The length of all events, in characters."""
        return sum(len(event.line) for event in self.events or ())


class CatchUp:
    """The queue of catch-up requests. After a restart all clients return at once, and then one read serves many.

    In a rush there is one read in each tick of 100 ms. A single request, as when a person opens a page, waits for no
    tick, nor does gap repair. All connections of a user share one rate limit in bytes. Large catch-ups are sent one
    after the other, with a pause in which the loop does other work.
    """

    def __init__(self) -> None:
        self._reads = Batches(threads.readers, read_group, limits.READS_WAITING)
        self._arrivals: deque[float] = deque(maxlen=RUSH_REQUESTS)
        self._large = asyncio.Lock()
        sentence = _("You missed more than can be sent at once.")
        burst = limits.CATCH_UP_BYTES_BURST
        self.bytes = ProcessRateLimit(limits.CATCH_UP_BYTES_PER_SECOND, 1, sentence, burst=burst)

    async def request(self, user_id: UserKey, topics: Mapping[str, int | None]) -> dict[str, Missed]:
        """Return the missed events of each topic; topics that the user may not read are left out.

        Raises RateLimited when the user has had too many bytes lately, over all connections.
        """
        self.bytes.spend(user_id, 0)  # the size is known only after the read
        now = asyncio.get_running_loop().time()
        if self._is_rush(now):
            await asyncio.sleep(TICK_SECONDS - now % TICK_SECONDS)
        found = await self._reads.add(MissedRequest(user_id, topics))
        size = sum(missed.size for missed in found.values())
        self.bytes.charge(user_id, size + sum(missed.cost for missed in found.values()), owed_bursts=1)
        if size > LARGE_BYTES:
            async with self._large:
                await asyncio.sleep(REST_SECONDS)
        return found

    async def read(self, topic: str, after: int | None) -> Missed | None:
        """Return the events that the hub itself lacks of a topic; None when there is no such topic."""
        return (await self._reads.add(MissedRequest(None, {topic: after}))).get(topic)

    def _is_rush(self, now: float) -> bool:
        self._arrivals.append(now)
        return len(self._arrivals) == RUSH_REQUESTS and now - self._arrivals[0] < TICK_SECONDS


def read_group(requests: Sequence[MissedRequest]) -> list[dict[str, Missed]]:
    """Serve a batch of requests.

    It takes one query for all heads, one for the permissions in each kind of topic, and then reads the events. Kinds
    with `reads_many` take the same number of queries for any number of topics; others take one read for each topic.
    The heads are read first. A user who is removed after that is removed by an event above the head, which the joiner
    gets as a live event. In the other order a removal between the two queries would be neither refused nor delivered.
    """
    topics = _find_topics(requests)
    head = heads(topics)
    allowed = _authorize(requests, topics)
    missed = MissedEvents(requests, topics, allowed, head)
    return [_answer(request, allowed, head, missed) for request in requests]


def _find_topics(requests: Sequence[MissedRequest]) -> dict[str, Topic]:
    topics: dict[str, Topic] = {}
    for name in {name for request in requests for name in request.topics}:
        try:
            topics[name] = find(name)
        except NotFound:
            continue
    return topics


def _authorize(requests: Sequence[MissedRequest], topics: Mapping[str, Topic]) -> set[tuple[UserKey | None, str]]:
    """Return the (user id, topic name) pairs that are allowed."""
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


def _answer(request: MissedRequest, allowed, head, missed: MissedEvents) -> dict[str, Missed]:
    """Answer one request; once it has all the bytes that it may have, further topics are reset."""
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
