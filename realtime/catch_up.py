"""Reading what was missed, in groups: what is asked while one read is under way shares the next."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from realtime import threads
from realtime.conf import limits
from realtime.errors import NotFound
from realtime.events import Event
from realtime.gathering import Gathering
from realtime.sequences import heads
from realtime.topics import Topic, find


class Missed(NamedTuple):
    """What a listener lacks of a topic up to `head`; `events` is None where that cannot be told: reset."""

    head: int
    events: list[Event] | None


class Request(NamedTuple):
    """One listener's topics with the seq it has of each (None: from now on); no user: the hub itself asks."""

    user_id: int | None
    topics: Mapping[str, int | None]


class CatchUp:
    """The queue of requests. After a restart everybody comes back at once: then one read serves many."""

    def __init__(self) -> None:
        self._reads = Gathering(threads.readers, read_group, limits.READS_WAITING)

    async def request(self, user_id: int | None, topics: Mapping[str, int | None]) -> dict[str, Missed]:
        """Return what was missed of each topic; one that the user may not hear is left out."""
        return await self._reads.add(Request(user_id, topics))


def read_group(requests: Sequence[Request]) -> list[dict[str, Missed]]:
    """Answer a group with one query for all heads, one a kind for who may listen, and one read a topic.

    The heads come first. Who is removed after that is removed by an event above the head, which the joiner hears
    in its turn; asked the other way round, a removal between the two queries would be neither refused nor heard.
    """
    topics = _find_topics(requests)
    head = heads(topics)
    allowed = _authorize(requests, topics)
    runs = _read_runs(requests, topics, allowed, head)
    return [_answer(request, allowed, head, runs) for request in requests]


def _find_topics(requests: Sequence[Request]) -> dict[str, Topic]:
    topics: dict[str, Topic] = {}
    for name in {name for request in requests for name in request.topics}:
        try:
            topics[name] = find(name)
        except NotFound:
            continue
    return topics


def _authorize(requests: Sequence[Request], topics: Mapping[str, Topic]) -> set[tuple[int | None, str]]:
    """Return which (user id, topic name) may be told."""
    asked: dict[type[Topic], set[tuple[int, int]]] = {}
    allowed: set[tuple[int | None, str]] = set()
    for user_id, names in requests:
        for name in names:
            if user_id is None:
                allowed.add((None, name))
            elif name in topics:
                asked.setdefault(type(topics[name]), set()).add((user_id, topics[name].id))
    for kind, pairs in asked.items():
        allowed.update((user_id, f"{kind.prefix}.{id}") for user_id, id in kind.authorize(pairs))
    return allowed


def _read_runs(requests, topics, allowed, head) -> dict[str, list[tuple[int, list[Event] | None]]]:
    """Read each topic from the oldest cursor that can be served: {name: [(after, events or None), …]}."""
    cursors: dict[str, set[int]] = {}
    for user_id, names in requests:
        for name, after in names.items():
            if (user_id, name) in allowed and name in topics and after is not None and 0 <= after < head[name]:
                cursors.setdefault(name, set()).add(after)
    runs: dict[str, list[tuple[int, list[Event] | None]]] = {}
    for name, afters in cursors.items():
        for after in sorted(afters):
            events = topics[name].missed(after, limits.CATCH_UP_EVENTS)
            runs.setdefault(name, []).append((after, chain(after, events)))
            if events is not None:
                break  # everybody with a later cursor is served from this run
    return runs


def chain(after: int, events: list[Event] | None) -> list[Event] | None:
    """Let each event of a run say which one it follows. It holds for everybody who joins the run later, too."""
    if events is None:
        return None
    before = [after, *(event.seq or 0 for event in events)]
    return [event.following(prev) for prev, event in zip(before, events, strict=False)]


def _answer(request: Request, allowed, head, runs) -> dict[str, Missed]:
    answer: dict[str, Missed] = {}
    bytes_left = limits.CATCH_UP_BYTES
    for name, after in request.topics.items():
        if (request.user_id, name) not in allowed or name not in head:
            continue
        if after is None or after == head[name]:
            answer[name] = Missed(head[name], [])
            continue
        events = _select(after, head[name], runs.get(name, []))
        if events is not None:
            bytes_left -= sum(len(event.line) for event in events)
        answer[name] = Missed(head[name], events if bytes_left >= 0 else None)
    return answer


def _select(after: int, head: int, runs: list[tuple[int, list[Event] | None]]) -> list[Event] | None:
    """Return the events above `after`; None where they were too many or the cursor is not believable.

    States newer than the head are left out: they were committed after it was read and come live.
    """
    for start, events in runs:
        if start <= after <= head and events is not None:
            return [event for event in events if after < (event.seq or 0) <= head]
    return None
