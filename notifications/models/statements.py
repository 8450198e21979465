"""SQL statements for many pairs at once, with one index lookup for each pair."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from realtime.shared.statements import Query, run_statement
from realtime.shared.topic_ids import UserKey, convert_user_key

# The conditions match two partial indexes. The same query as an OR of as many conditions, made by the ORM, takes a
# thousand times as long.
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

# It does not read the rows of users with keywords outside the group, nor of members without keywords.
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

# LIMIT: counting for a user with a million unread notifications costs no more than for others.
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
    """Return the ids of unread ones up to a position, for each (user id, group, position): those listed, those held."""
    found = list(run_statement(UNREAD_UP_TO, [(convert_user_key(user_id), *reading) for user_id, *reading in readings]))
    return [pk for pk, held in found if not held], [pk for pk, held in found if held]


def group_rows_by_name[Result](
    names: Collection[str], read: Callable[[Iterable[tuple[str, int, str | None]]], Result]
) -> Query[Result]:
    """Query (group, user id, keyword) for these groups. The keyword is None for a user with the level "everything"."""
    return Query(GROUP_LISTENERS, [(name,) for name in names], read, "text")


def count_unread_rows(user_ids: Sequence[UserKey], most: int) -> list[int]:
    """Return the unread count of each of these users, in their order. No count is above `most`."""
    rows = [(number, convert_user_key(user_id)) for number, user_id in enumerate(user_ids)]
    counts = dict(run_statement(UNREAD.format(most=int(most)), rows))
    return [counts[number] for number in range(len(rows))]


def number_notifications(seqs: Mapping[int, int]) -> None:
    """Set the `seq` of notifications: {id: seq}."""
    list(run_statement(NUMBER, list(seqs.items())))
