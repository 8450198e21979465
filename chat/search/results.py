"""A search for messages: the index proposes some, and the database as it is now decides.

So nothing is found that the person may not see any more, or that was edited or deleted since it was indexed. What is
not in the index yet is read from the
rooms' logs: what was just posted is found at once.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from chat.models import Message, Room
from chat.search.filters import Condition, Scope, Unknown, read_filter
from chat.search.indexing import read_heads
from chat.search.message_documents import find_facts, is_indexed, read_files, read_words
from chat.search.ranking import rank
from search.documents import Candidates, end_of_position, position_at
from search.errors import IndexUnavailable
from search.folding import join_searchable
from search.index import Index, site_index
from search.query import SearchQuery

logger = logging.getLogger(__name__)

RESULTS_A_PAGE = 20
CANDIDATES_A_STEP, MOST_CANDIDATES_A_STEP = 60, 240
MOST_RANKED = 200
# One page looks at so many messages at most; the next goes on from there. A file counts as one for each so many
# characters of its text.
MOST_LOOKED_AT = 2_000
CHARACTERS_AS_ONE = 2_000
# So many changes are read from the logs where the index is behind, of so many rooms: the newest.
MOST_UNINDEXED, MOST_ROOMS_BEHIND = 500, 100


class Results(NamedTuple):
    """A page of results, the newest first. `next`: the position before which the next page begins, None where there
    is none.

    `problems`: what some filters lack, in sentences; then nothing was searched. `is_complete`: whether all messages
    are indexed.
    """

    messages: list[Message]
    next: int | None = None
    problems: tuple[str, ...] = ()
    is_complete: bool = True


class Wanted(NamedTuple):
    """A query as it stands for one person at this moment."""

    query: SearchQuery
    rooms: frozenset[int]
    conditions: list[Condition]
    excluded: list[Condition]

    def look_at(self, message: Message) -> tuple[bool, int]:
        """Return whether a message matches, and how much was read to know: 1, and more with the texts of files."""
        if not self.fulfils_filters(message):
            return False, 1
        text = join_searchable(read_words(message))
        missing = [term for term in self.query.terms if not term.is_in(text)]
        if any(term.is_in(text) for term in self.query.excluded):
            return False, 1
        if not missing and not self.query.excluded:
            return True, 1
        files = read_files(message).values()
        text = join_searchable(files)
        matches = all(term.is_in(text) for term in missing) and not any(
            term.is_in(text) for term in self.query.excluded
        )
        return matches, 1 + sum(map(len, files)) // CHARACTERS_AS_ONE

    def fulfils_filters(self, message: Message) -> bool:
        if not is_indexed(message) or message.room_id not in self.rooms:
            return False
        facts = find_facts(message)
        return all(fulfils(message, facts, condition) for condition in self.conditions) and not any(
            fulfils(message, facts, condition) for condition in self.excluded
        )

    def candidates(self) -> Candidates:
        """Return what to ask the index for."""
        return Candidates(
            self.rooms,
            self.query.terms,
            tuple(condition.facts for condition in self.conditions if condition.facts),
            tuple(fact for condition in self.excluded if not condition.unless for fact in condition.facts),
            self.query.excluded,
            latest_of(condition.since for condition in self.conditions),
            earliest_of(condition.until for condition in self.conditions),
        )


def search_messages(user, query: SearchQuery, *, before: int | None = None, limit: int = RESULTS_A_PAGE) -> Results:
    """Return the newest messages that match, of those before a position.

    Among the rooms that `user` may see at this moment: those they are in, and public ones.
    """
    if not query:
        return Results([])
    rooms = frozenset(Room.objects.visible_to(user).values_list("pk", flat=True))
    wanted, problems = interpret_query(query, Scope(user, rooms))
    if problems:
        return Results([], problems=problems)
    try:
        return find_messages(wanted, site_index(), before, limit)
    except IndexUnavailable as error:
        logger.warning("The search index cannot be used (%s). Only the newest messages are searched.", error)
        return find_messages(wanted, NoIndex(), before, limit)


class NoIndex:
    """Stands in for an index that cannot be used: nothing is indexed, and the newest messages are read."""

    def read_positions(self, room_ids: Iterable[int] | None = None) -> dict[int, int]:
        return {}

    def find(self, wanted: Candidates, *, before: int | None, limit: int) -> list[tuple[int, int]]:
        return []


def find_messages(wanted: Wanted, index: Index | NoIndex, before: int | None, limit: int) -> Results:
    recent, is_complete = find_unindexed(index, wanted.rooms, before)
    found: list[Message] = []
    proposals = propose(wanted, index, recent, before)
    looked_at = 0
    for message in proposals:
        matches, effort = wanted.look_at(message)
        looked_at += effort
        if matches:
            found.append(message)
            if len(found) > limit:
                return Results(found[:limit], position_of(found[limit - 1]), is_complete=is_complete)
        if looked_at >= MOST_LOOKED_AT:
            return Results(found, position_of(message), is_complete=is_complete)
    return Results(found, is_complete=is_complete)


def search_best(user, query: SearchQuery, *, before: int | None = None) -> Results:
    """Return the newest messages that match, up to MOST_RANKED, those that fit best first.

    `next` is the position before which those stand that are not among them.
    """
    results = search_messages(user, query, before=before, limit=MOST_RANKED)
    return results._replace(messages=rank(results.messages, query.terms))


def interpret_query(query: SearchQuery, scope: Scope) -> tuple[Wanted, tuple[str, ...]]:
    """Return what is wanted, and what is wrong with the filters that mean nothing, in sentences.

    Several `from:` (or `in:`) mean any of them; of other filters each must hold.
    """
    any_of: dict[str, list[Condition]] = {"from": [], "in": []}
    conditions, excluded = [], []
    problems: dict[str, None] = {}
    for each in query.filters:
        try:
            condition = read_filter(each, scope)
        except Unknown as error:
            problems[str(error.text)] = None
            continue
        if each.is_negated:
            excluded.append(condition)
        elif each.name in any_of:
            any_of[each.name].append(condition)
        else:
            conditions.append(condition)
    conditions += [
        Condition(tuple(fact for condition in some for fact in condition.facts)) for some in any_of.values() if some
    ]
    return Wanted(query, rooms_of(any_of["in"]) or scope.rooms, conditions, excluded), tuple(problems)


def rooms_of(conditions: list[Condition]) -> frozenset[int]:
    return frozenset(int(fact.removeprefix("room.")) for condition in conditions for fact in condition.facts)


def fulfils(message: Message, facts: set[str], condition: Condition) -> bool:
    if condition.facts:
        return not facts.isdisjoint(condition.facts) and facts.isdisjoint(condition.unless)
    return (condition.since is None or message.created_at >= condition.since) and (
        condition.until is None or message.created_at < condition.until
    )


def propose(
    wanted: Wanted, index: Index | NoIndex, recent: dict[int, Message], before: int | None
) -> Iterator[Message]:
    """Yield messages that may match, the newest first, each once:

    those of the index, and those it does not have yet.
    """
    waiting = newest_first(recent.values())
    candidates = wanted.candidates()
    step = CANDIDATES_A_STEP
    while True:
        found = index.find(candidates, before=before, limit=step)
        indexed = newest_first(load_messages(pk for _, pk in found if pk not in recent))
        # What stands before the last of these waits for the next ones.
        before = found[-1][0] if len(found) == step else None
        now = waiting if before is None else [message for message in waiting if position_of(message) >= before]
        waiting = waiting[len(now) :]
        yield from newest_first([*indexed, *now])
        if before is None:
            return
        # Each request to the index costs more than some candidates too many.
        step = min(2 * step, MOST_CANDIDATES_A_STEP)


def newest_first(messages: Iterable[Message]) -> list[Message]:
    return sorted(messages, key=position_of, reverse=True)


def end_of(messages: Iterable[Message]) -> int:
    """Return the position before which all these stand, and nothing that is posted later."""
    return max(map(position_of, messages), default=0) + 1


def position_of(message: Message) -> int:
    """Return where a message stands among all, in the index and in results."""
    return position_at(message.created_at, message.pk)


def load_messages(ids: Iterable[int]) -> list[Message]:
    return list(Message.objects.filter(pk__in=list(ids)).with_people().select_related("room"))


def find_unindexed(
    index: Index | NoIndex, rooms: frozenset[int], before: int | None
) -> tuple[dict[int, Message], bool]:
    """Return messages of these rooms that changed after they were indexed, and whether these are all."""
    heads = read_heads()
    positions = index.read_positions()
    behind = {pk: positions.get(pk, 0) for pk in rooms & heads.keys() if heads[pk] > positions.get(pk, 0)}
    if not behind:
        return {}, True
    some = sorted(behind.items(), key=lambda room: heads[room[0]] - room[1])[:MOST_ROOMS_BEHIND]
    changed = Q()
    for pk, seq in some:
        changed |= Q(room=pk, seq__gt=seq)
    messages = Message.objects.filter(changed).with_people().select_related("room").order_by("-created_at")
    if before is not None:
        messages = messages.filter(created_at__lte=end_of_position(before))
    found = list(messages[:MOST_UNINDEXED])
    is_complete = len(found) < MOST_UNINDEXED and len(some) == len(behind)
    return {message.pk: message for message in found if before is None or position_of(message) < before}, is_complete


def latest_of(moments: Iterable[datetime | None]) -> int | None:
    return max((position_at(moment) for moment in moments if moment), default=None)


def earliest_of(moments: Iterable[datetime | None]) -> int | None:
    return min((position_at(moment) for moment in moments if moment), default=None)
