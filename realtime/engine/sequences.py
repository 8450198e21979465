"""The seqs of durable events: 1, 2, 3 … in each topic, without gaps."""

import itertools
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping

from django.db import connection

from realtime.models import Log, TopicHead
from realtime.shared.statements import Query, run_statement

MOVE_ON = """
    INSERT INTO realtime_topichead (name, seq) VALUES {rows}
    ON CONFLICT (name) DO UPDATE SET seq = realtime_topichead.seq + excluded.seq RETURNING name, seq
"""
LOCK = "SELECT name, seq FROM realtime_topichead WHERE name IN (VALUES {rows}) ORDER BY name FOR UPDATE"
HEADS_A_QUERY = 500  # SQLite allows 32,766 parameters, but planning a query with thousands of names takes long.


def next_values(counts: Mapping[str, int]) -> dict[str, range]:
    """Return the next seqs of each topic: {"room.42": 3} → {"room.42": range(1208, 1211)}.

    Call it inside a transaction: the topics' rows stay locked until it ends, so commit order is number order, and a
    rollback leaves no gap (a PostgreSQL sequence promises neither). Rows are locked in the order of their names, so
    that two transactions cannot deadlock.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("next_values() needs a transaction: its numbers must commit with what they number.")
    counts = {name: count for name, count in counts.items() if count}
    return {name: range(head - counts[name] + 1, head + 1) for name, head in move_on(counts).items()}


def move_on(counts: Mapping[str, int]) -> dict[str, int]:
    """Raise the heads of topics by these counts, and return the new heads. A topic without a row gets one."""
    return dict(run_statement(MOVE_ON, [(name, counts[name]) for name in sorted(counts)]))


def number_each(names: Iterable[str]) -> list[int]:
    """Return a topic's next seq for each time it is named, in their order; inside a transaction, as `next_values`."""
    names = list(names)
    counters = {name: iter(seqs) for name, seqs in next_values(Counter(names)).items()}
    return [next(counters[name]) for name in names]


def number_locked(names: Iterable[str], heads: Mapping[str, int]) -> tuple[list[int], Query[dict[str, int]]]:
    """Return seqs as `number_each` does, for topics that `locked` found at these heads.

    Also return the query that raises the heads: run it in the same transaction, together with others. Where a head is
    not known (SQLite needs no lock; a topic has no row before its first event), the heads are raised here.
    """
    counts = Counter(names := list(names))
    if not counts.keys() <= heads.keys():
        return number_each(names), Query(MOVE_ON, [], dict)
    counters = {name: itertools.count(heads[name] + 1) for name in counts}
    return [next(counters[name]) for name in names], Query(MOVE_ON, sorted(counts.items()), dict, "text, bigint")


def lock(names: Iterable[str]) -> None:
    """Lock these topics' rows until the transaction ends, in the order of their names, as `next_values` does.

    Call it before reading data on which a decision depends, so that two changes cannot overlap. SQLite needs no lock,
    because it has one writer at a time.
    """
    if connection.features.has_select_for_update:
        list(TopicHead.objects.select_for_update().filter(name__in=set(names)).order_by("name").values_list("pk"))


def locked(names: Iterable[str]) -> Query[dict[str, int]]:
    """Return the query that locks as `lock` does and finds the topics' heads, to run together with other queries."""
    rows = [(name,) for name in set(names)] if connection.features.has_select_for_update else []
    return Query(LOCK, rows, dict, "text")


def lock_new(names: Iterable[str]) -> None:
    """Lock these topics' rows as `lock` does, and create missing ones.

    `lock` cannot lock a row that does not exist.
    """
    if connection.features.has_select_for_update:
        move_on(dict.fromkeys(names, 0))


def heads(names: Iterable[str]) -> dict[str, int]:
    """Return the head of each topic; 0 for a topic without events."""
    names = list(names)
    found = dict.fromkeys(names, 0)
    for start in range(0, len(names), HEADS_A_QUERY):
        chunk = names[start : start + HEADS_A_QUERY]
        found.update(TopicHead.objects.filter(name__in=chunk).values_list("name", "seq"))
    return found


def find_position(names: Iterable[str]) -> tuple[str, dict[str, int]]:
    """Return the epoch, and the heads of these topics in it."""
    return find_epoch(), heads(names)


def replace_epoch(old: str) -> str:
    """Replace the epoch if it is still this one; return the current one. Several processes may call it at once."""
    Log.objects.filter(epoch=old).update(epoch=uuid.uuid4())
    return find_epoch()


def find_epoch() -> str:
    """Return the epoch, made at first use. Cursors of another epoch are not valid."""
    log, _ = Log.objects.get_or_create(pk=1)
    return str(log.epoch)
