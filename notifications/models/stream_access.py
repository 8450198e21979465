"""The check which users may see which streams, for many pairs at once."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection

from accounts.identity.people import has_field
from notifications.models import Notification
from realtime.shared.topic_ids import UserKey, convert_user_key

# Stream.audience() for many pairs; tests/notifications/test_streams.py compares their results.
MAY_SEE = """
    WITH wanted (user_id, stream_id) AS (VALUES {rows})
    SELECT u.{key}, s.id
    FROM wanted CROSS JOIN notifications_stream s
    JOIN {users} u ON u.{key} = wanted.user_id
    WHERE s.id = wanted.stream_id AND {is_active} AND (
        s.is_open OR s.rule = 'everybody' OR (s.rule = 'staff' AND {is_staff})
        OR (s.rule = 'group' AND {in_group})
        OR EXISTS (
            SELECT 1 FROM notifications_subscription p
            WHERE p.user_id = u.{key} AND p.stream_id = s.id AND p.by_staff)
    )
"""
IN_GROUP = "EXISTS (SELECT 1 FROM {members} g WHERE g.{member} = u.{key} AND g.{group} = s.group_id)"
PAIRS_A_QUERY = 5_000


def find_visible(pairs: Collection[tuple[UserKey, int]]) -> set[tuple[UserKey, int]]:
    """Return those (user id, stream id) whose user may see the stream. One query for each 5,000."""
    visible: set[tuple[UserKey, int]] = set()
    ordered = sorted(pairs)
    keys = {convert_user_key(user_id): user_id for user_id, _ in pairs}
    for start in range(0, len(ordered), PAIRS_A_QUERY):
        some = ordered[start : start + PAIRS_A_QUERY]
        statement = MAY_SEE.format(rows=", ".join(["(%s, %s)"] * len(some)), **conditions())
        with connection.cursor() as cursor:
            cursor.execute(statement, [value for user_id, id in some for value in (convert_user_key(user_id), id)])
            visible.update((keys[key], id) for key, id in cursor.fetchall())
    return visible


@cache
def conditions() -> dict[str, str]:
    """Return the SQL names and conditions of the site's user model: its table, is active, is staff, is in a group."""
    options: Any = get_user_model()._meta
    quote = connection.ops.quote_name
    tables = {"users": quote(options.db_table), "key": quote(options.pk.column)}
    return {
        **tables,
        "is_active": flag("is_active", otherwise=getattr(get_user_model(), "is_active", False) is True),
        "is_staff": flag("is_staff", otherwise=False),
        "in_group": in_group(tables["key"]) if has_field("groups") else "FALSE",
    }


def flag(name: str, *, otherwise: bool) -> str:
    if not has_field(name):
        return str(otherwise).upper()
    field: Any = get_user_model()._meta.get_field(name)
    return f"u.{connection.ops.quote_name(field.column)}"


def in_group(key: str) -> str:
    groups: Any = get_user_model()._meta.get_field("groups")
    names = (groups.m2m_db_table(), groups.m2m_column_name(), groups.m2m_reverse_name())
    members, member, group = map(connection.ops.quote_name, names)
    return IN_GROUP.format(members=members, member=member, group=group, key=key)


def hide_streams(rows: Sequence[Notification]) -> None:
    """Remove the stream from notifications whose user may no longer see it; the rows are then for display only.

    A user keeps the news they received, but must not see the stream's present name. One query, or none without streams.
    """
    pairs = {(row.user_id, row.stream_id) for row in rows if row.stream_id is not None}
    visible = find_visible(pairs)
    for row in rows:
        if row.stream_id is not None and (row.user_id, row.stream_id) not in visible:
            row.stream = None
