"""Pushes that remove from devices the notifications that were read, archived, snoozed or retracted. Tried once."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef

from notifications import reasons
from notifications.delivery.claims import Claim, rows_of
from notifications.delivery.push.contents import SEVERAL, tag_of
from notifications.inbox.unread_counts import count_unread
from notifications.models import Delivery, Notification
from notifications.models.querysets import DONE


def find_closings(claims: Collection[Claim]) -> dict[int, dict]:
    """Return the payload of removals by user id; {} for a user who still needs the shown push for another one."""
    done: dict[int, set[str]] = {}
    for row in rows_of(claims).done().filter(Exists(shown_of())):
        done.setdefault(row.user_id, set()).add(tag_of(row))
    if not done:
        return {}
    still: dict[int, set[str]] = {}
    for row in Notification.objects.filter(Exists(shown_of()), user__in=list(done)).exclude(DONE):
        still.setdefault(row.user_id, set()).add(tag_of(row))
    unread = count_unread(list(done))
    closed = {user_id: find_closed(tags, still.get(user_id, set())) for user_id, tags in done.items()}
    return {user_id: {"close": tags, "unread": unread[user_id]} if tags else {} for user_id, tags in closed.items()}


def find_closed(done: set[str], still: set[str]) -> list[str]:
    """Return the tags of pushes whose notifications are all done."""
    return sorted((done - still) | (set() if still else {SEVERAL}))


def mark_closed(claims: Collection[Claim]) -> None:
    if not claims:
        return
    Delivery.objects.shown().filter(notification__in=rows_of(claims).done().values("pk")).update(reason=reasons.CLOSED)


def shown_of():
    return Delivery.objects.shown().filter(notification=OuterRef("pk"))
