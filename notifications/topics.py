"""Streams and announcements on the wire: who may listen, and what was missed."""

from functools import cache
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection

from notifications.models import Announcement, Stream
from notifications.stream_events import announcement_event, value_event
from realtime.events import Event
from realtime.topics import Topic

# Stream.audience() for many pairs at once; tests/notifications/test_stream_topics.py holds them to the same answers.
MAY_SEE = """
    WITH wanted (user_id, stream_id) AS (VALUES {rows})
    SELECT u.id, s.id
    FROM wanted CROSS JOIN notifications_stream s
    JOIN {users} u ON u.id = wanted.user_id
    WHERE s.id = wanted.stream_id AND u.is_active AND (
        s.is_open OR s.rule = 'everybody' OR (s.rule = 'staff' AND u.is_staff)
        OR (s.rule = 'group' AND EXISTS (
            SELECT 1 FROM {members} g WHERE g.{member} = u.id AND g.group_id = s.group_id))
        OR EXISTS (
            SELECT 1 FROM notifications_subscription p
            WHERE p.user_id = u.id AND p.stream_id = s.id AND p.by_staff)
    )
"""
PAIRS_A_QUERY = 5_000


class StreamTopic(Topic):
    """The latest value of a stream: `stream.3`. Those who may see the stream listen.

    Staff change who that is in many ways (its rule, a group, somebody's groups), so it is looked at again and again.
    """

    prefix = "stream"

    @classmethod
    def authorize(cls, pairs: set[tuple[int, int]]) -> set[tuple[int, int]]:
        allowed: set[tuple[int, int]] = set()
        ordered = sorted(pairs)
        for start in range(0, len(ordered), PAIRS_A_QUERY):
            some = ordered[start : start + PAIRS_A_QUERY]
            statement = MAY_SEE.format(rows=", ".join(["(%s, %s)"] * len(some)), **people_tables())
            with connection.cursor() as cursor:
                cursor.execute(statement, [number for pair in some for number in pair])
                allowed.update(cursor.fetchall())
        return allowed

    def missed(self, after: int, limit: int) -> list[Event]:
        """Return the latest value, if it was told after that: the ones before are overtaken."""
        return [value_event(stream) for stream in Stream.objects.filter(pk=self.id, seq__gt=after)]


@cache
def people_tables() -> dict[str, str]:
    """Return where this site keeps its people and who is in which group."""
    user = get_user_model()
    groups: Any = user._meta.get_field("groups")
    return {"users": user._meta.db_table, "members": groups.m2m_db_table(), "member": groups.m2m_column_name()}


class SiteTopic(Topic):
    """What concerns everybody who is signed in: `site.0`."""

    prefix = "site"

    @classmethod
    def authorize(cls, pairs: set[tuple[int, int]]) -> set[tuple[int, int]]:
        return {pair for pair in pairs if pair[1] == 0}

    def missed(self, after: int, limit: int) -> list[Event] | None:
        rows = list(Announcement.objects.filter(seq__gt=after).order_by("seq")[: limit + 1])
        return None if len(rows) > limit else [announcement_event(row) for row in rows]
