"""What is looked for by many pairs at once, in plain SQL: one look into an index for each."""

from collections.abc import Collection, Mapping

from realtime.statements import run
from realtime.topic_ids import UserKey, convert_user_key

# The conditions are those of the two indexes. Made by the ORM of as many ORs, this takes a thousand times as long.
UNREAD_UP_TO = """
    WITH wanted (user_id, name, position) AS (VALUES {rows})
    SELECT n.id, n.held
    FROM wanted CROSS JOIN notifications_notification n
    WHERE n.user_id = wanted.user_id AND n."group" = wanted.name AND n.position <= wanted.position
    AND n.read_at IS NULL AND n.archived_at IS NULL AND n.snoozed_until IS NULL AND n.withdrawn_at IS NULL
    AND NOT n.held
    UNION ALL
    SELECT n.id, n.held
    FROM wanted CROSS JOIN notifications_notification n
    WHERE n.held AND n.user_id = wanted.user_id AND n."group" = wanted.name AND n.position <= wanted.position
    AND n.read_at IS NULL
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


def number_notifications(seqs: Mapping[int, int]) -> None:
    """Give notifications the numbers of their last change: {id: seq}."""
    list(run(NUMBER, list(seqs.items())))
