"""Whose pushes and mails are due, and who takes them: one process for each person, for a while.

What is to be done stands in the notification's own row, `push_due_at` or `mail_due_at`, and was written with it: no
crash comes between. Whoever takes it moves the time on, in one sentence that nobody else can run for the same rows;
whoever then dies has only delayed it.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from notifications.models import Notification
from notifications.querysets import NotificationQuerySet

LEASE = timedelta(seconds=60)
PEOPLE_AT_ONCE = 20
ROWS_LOOKED_AT = 500


class Claim(NamedTuple):
    """What of one person is this process's to deliver, until then: their rows whose time is `until`."""

    channel: str
    user_id: int
    until: datetime

    @property
    def rows(self) -> NotificationQuerySet:
        return Notification.objects.filter(**{"user": self.user_id, f"{self.channel}_due_at": self.until})


def claim_due(channel: str, now: datetime) -> list[Claim]:
    """Take all that is due on a channel, of some people; those who have waited longest first. Three queries."""
    field = f"{channel}_due_at"
    due = Notification.objects.filter(**{f"{field}__lte": now})
    waiting = due.order_by(field).values_list("user_id", flat=True)[:ROWS_LOOKED_AT]
    people = list(dict.fromkeys(waiting))[:PEOPLE_AT_ONCE]
    if not people:
        return []
    until = now + LEASE
    take(due.filter(user__in=people), field, until)
    taken = Notification.objects.filter(**{"user__in": people, field: until}).values_list("user_id", flat=True)
    return [Claim(channel, user_id, until) for user_id in dict.fromkeys(taken)]


@transaction.atomic
def take(due: NotificationQuerySet, field: str, until: datetime) -> None:
    """Move their time on. What somebody is just changing is left: it is due the next second, and nobody waits.

    Whoever waited here would hold some rows while the other wants them, who holds what is waited for.
    """
    free = due.select_for_update(skip_locked=True).values("pk")
    Notification.objects.filter(pk__in=free).update(**{field: until})
