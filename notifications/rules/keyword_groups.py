"""The groups in which users with keywords are, and who subscribed to the messages of a group."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from notifications import groups
from notifications.models import GroupRule, Keyword, KeywordGroup
from notifications.models.statements import group_rows
from realtime.shared.statements import Query


class GroupListeners(NamedTuple):
    """Who wants to be notified of what is said in a group: users who chose everything, and users by their keywords."""

    everything: set[int]
    keywords: dict[str, set[int]]


def group_listeners(names: Collection[str]) -> Query[dict[str, GroupListeners]]:
    """Ask who wants to be notified of what is said in these groups. One query, however many members they have.

    The caller leaves out who may not see a group, or is no longer active.
    """
    return group_rows(names, read_group_listeners)


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
    """Compare what is said in a group with the keywords of these users from now on.

    Inside the transaction in which they come in, after their own topics were locked.
    """
    listening = Keyword.objects.filter(user__in=user_ids).order_by().values_list("user_id", flat=True).distinct()
    rows = [KeywordGroup(user_id=user_id, group=group) for user_id in listening]
    KeywordGroup.objects.bulk_create(rows, ignore_conflicts=True)


def leave_group(user_id: int, group: str) -> None:
    """Forget what a user chose for a group that they left, inside that transaction, after their own topic was locked.

    Nobody is told: whose group it was tells them.
    """
    GroupRule.objects.filter(user=user_id, group=group).delete()
    KeywordGroup.objects.filter(user=user_id, group=group).delete()


def refresh_keyword_groups(user_id: int, *, has_keywords: bool) -> None:
    """Note all groups of a user whose keywords changed; none, where they have no keywords left."""
    joined = groups.find_joined(user_id) if has_keywords else []
    KeywordGroup.objects.filter(user=user_id).exclude(group__in=joined).delete()
    rows = [KeywordGroup(user_id=user_id, group=group) for group in joined]
    KeywordGroup.objects.bulk_create(rows, ignore_conflicts=True)
