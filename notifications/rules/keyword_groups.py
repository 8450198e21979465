"""The groups of users with keywords, and the users to notify of a group's messages."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from notifications import groups
from notifications.models import GroupRule, Keyword, KeywordGroup
from notifications.models.statements import group_rows_by_name
from realtime.shared.statements import Query


class GroupListeners(NamedTuple):
    """The users to notify of messages in a group: those with the level "everything", and those with each keyword."""

    everything: set[int]
    keywords: dict[str, set[int]]


def group_listeners(names: Collection[str]) -> Query[dict[str, GroupListeners]]:
    """Query the users to notify of messages in these groups. One query, however many members they have.

    The caller removes users who may not see a group or are inactive.
    """
    return group_rows_by_name(names, read_group_listeners)


def read_group_listeners(rows: Iterable[tuple[str, int, str | None]]) -> dict[str, GroupListeners]:
    found: dict[str, GroupListeners] = {}
    for name, user_id, word in rows:
        listeners = found.setdefault(name, GroupListeners(set(), {}))
        if word is None:
            listeners.everything.add(user_id)
        else:
            listeners.keywords.setdefault(word, set()).add(user_id)
    return found


def enter_group(group: str, user_ids: Collection[int]) -> None:
    """Look for these users' keywords in a group from now on.

    Call it inside the transaction that makes them members, after locking their own topics.
    """
    listening = Keyword.objects.filter(user__in=user_ids).order_by().values_list("user_id", flat=True).distinct()
    rows = [KeywordGroup(user_id=user_id, group=group) for user_id in listening]
    KeywordGroup.objects.bulk_create(rows, ignore_conflicts=True)


def leave_group(user_id: int, group: str) -> None:
    """Delete a user's level and keyword rows for a group that they leave.

    Call it in the same transaction, after locking their topic. It publishes nothing: the app that owns the group
    publishes that they left.
    """
    GroupRule.objects.filter(user=user_id, group=group).delete()
    KeywordGroup.objects.filter(user=user_id, group=group).delete()


def refresh_keyword_groups(user_id: int, *, has_keywords: bool) -> None:
    """Rebuild the rows of a user whose keywords changed. Without keywords there are none."""
    joined = groups.find_joined(user_id) if has_keywords else []
    KeywordGroup.objects.filter(user=user_id).exclude(group__in=joined).delete()
    rows = [KeywordGroup(user_id=user_id, group=group) for group in joined]
    KeywordGroup.objects.bulk_create(rows, ignore_conflicts=True)
