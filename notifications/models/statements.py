"""Statements in plain SQL that look for many pairs at once: one look into an index for each."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from realtime.shared.statements import Query, run
from realtime.shared.topic_ids import UserKey, convert_user_key

# The conditions are those of the two indexes. Made by the ORM of as many ORs, this takes a thousand times as long.
UNREAD_UP_TO = """
    WITH wanted (user_id, name, position) AS (VALUES {rows})
    SELECT n.id, n.held
    FROM wanted CROSS JOIN notifications_notification n
    WHERE n.user_id = wanted.user_id AND n."group" = wanted.name AND n.group_position <= wanted.position
    AND n.read_at IS NULL AND n.archived_at IS NULL AND n.snoozed_until IS NULL AND n.retracted_at IS NULL
    AND NOT n.held
    UNION ALL
    SELECT n.id, n.held
    FROM wanted CROSS JOIN notifications_notification n
    WHERE n.held AND n.user_id = wanted.user_id AND n."group" = wanted.name AND n.group_position <= wanted.position
    AND n.read_at IS NULL
"""

# Users with keywords who are not in the group, and members without keywords, are not looked at.
GROUP_LISTENERS = """
    WITH wanted (name) AS (VALUES {rows})
    SELECT g."group", g.user_id, NULL
    FROM wanted CROSS JOIN notifications_grouprule g
    WHERE g."group" = wanted.name AND g.level = 'everything'
    UNION ALL
    SELECT g."group", g.user_id, k.word
    FROM wanted CROSS JOIN notifications_keywordgroup g CROSS JOIN notifications_keyword k
    WHERE g."group" = wanted.name AND k.user_id = g.user_id
"""

# Of who is a million behind no more is counted than of others.
UNREAD = """
    WITH wanted (number, user_id) AS (VALUES {{rows}})
    SELECT number, (
        SELECT COUNT(*) FROM (
            SELECT 1 FROM notifications_notification n
            WHERE n.user_id = wanted.user_id AND n.read_at IS NULL AND n.archived_at IS NULL
            AND n.snoozed_until IS NULL AND n.retracted_at IS NULL AND NOT n.held
            LIMIT {most}
        ) AS counted
    ) FROM wanted
"""

NUMBER = """
    WITH numbered (id, seq) AS (VALUES {rows})
    UPDATE notifications_notification SET seq = numbered.seq
    FROM numbered WHERE notifications_notification.id = numbered.id
    RETURNING notifications_notification.id
"""


def find_unread(readings: Collection[tuple[UserKey, str, int]]) -> tuple[list[int], list[int]]:
    """Return the ids of what is unread up to a position, for each (user id, group, position): the listed, the held."""
    found = list(run(UNREAD_UP_TO, [(convert_user_key(user_id), *reading) for user_id, *reading in readings]))
    return [pk for pk, held in found if not held], [pk for pk, held in found if held]


def group_rows[Result](
    names: Collection[str], read: Callable[[Iterable[tuple[str, int, str | None]]], Result]
) -> Query[Result]:
    """Ask for (group, user id, keyword) of these groups; no keyword where a user wants everything."""
    return Query(GROUP_LISTENERS, [(name,) for name in names], read, "text")


def count_unread_rows(user_ids: Sequence[UserKey], most: int) -> list[int]:
    """Return how many notifications each of these users has not read, at most so many, in their order."""
    rows = [(number, convert_user_key(user_id)) for number, user_id in enumerate(user_ids)]
    counts = dict(run(UNREAD.format(most=int(most)), rows))
    return [counts[number] for number in range(len(rows))]


def number_notifications(seqs: Mapping[int, int]) -> None:
    """Give notifications the numbers of their last change: {id: seq}."""
    list(run(NUMBER, list(seqs.items())))
