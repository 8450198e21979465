"""Whose pushes and mails are due, and who takes them: one process for each person, for a while.

What is to be done stands in the notification's own row, `push_due_at` or `mail_due_at`, and was written with it: no
crash comes between. Whoever takes it moves the time on, in one sentence that nobody else can run for the same rows;
whoever then dies has only delayed it. What comes for the person meanwhile waits until they are let go of, so that
nothing newer arrives before it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from notifications.models import Lease, Notification
from notifications.models.querysets import NotificationQuerySet

LEASE = timedelta(seconds=60)
PEOPLE_AT_ONCE = 20
ROWS_LOOKED_AT = 500
ROWS_AT_ONCE = 2_000


class Claim(NamedTuple):
    """What of one person is this process's to deliver, until then: their rows whose time is `until`."""

    channel: str
    user_id: int
    until: datetime

    @property
    def rows(self) -> NotificationQuerySet:
        return rows_of([self])


def rows_of(claims: Collection[Claim]) -> NotificationQuerySet:
    """Return what several claims of one channel hold. Of one person there is one claim at a time."""
    channel = next((claim.channel for claim in claims), "push")
    user_ids, moments = {claim.user_id for claim in claims}, {claim.until for claim in claims}
    return Notification.objects.filter(**{"user__in": user_ids, f"{channel}_due_at__in": moments})


def claim_due(channel: str, now: datetime, people: int = PEOPLE_AT_ONCE) -> list[Claim]:
    """Take what is due on a channel, of so many people; those who have waited longest first. Six queries, or one."""
    field = f"{channel}_due_at"
    due = Notification.objects.filter(**{f"{field}__lte": now})
    leased = Lease.objects.filter(channel=channel, until__gt=now).values("user")
    waiting = due.exclude(user__in=leased).order_by(field).values_list("user_id", flat=True)[:ROWS_LOOKED_AT]
    user_ids = list(dict.fromkeys(waiting))[:people]
    if not user_ids:
        return []
    until = now + LEASE
    ours = lease(channel, user_ids, now, until)
    take(due.filter(user__in=ours).order_by(field), field, until)
    taken = Notification.objects.filter(**{"user__in": ours, field: until}).values_list("user_id", flat=True)
    claims = {user_id: Claim(channel, user_id, until) for user_id in taken}
    release([Claim(channel, user_id, until) for user_id in ours if user_id not in claims])
    return [claims[user_id] for user_id in user_ids if user_id in claims]


def lease(channel: str, user_ids: Sequence[int], now: datetime, until: datetime) -> list[int]:
    """Return which of these people are nobody else's, and are ours until then."""
    Lease.objects.filter(channel=channel, until__lte=now, user__in=user_ids).delete()
    Lease.objects.bulk_create(
        # In one order, so that two processes cannot wait for each other.
        [Lease(channel=channel, user_id=user_id, until=until) for user_id in sorted(user_ids)],
        ignore_conflicts=True,
    )
    return list(Lease.objects.filter(channel=channel, until=until, user__in=user_ids).values_list("user_id", flat=True))


def release(claims: Collection[Claim]) -> None:
    """Let go of people whose deliveries are done, or put off."""
    if claims:
        channel, user_ids = next(iter(claims)).channel, {claim.user_id for claim in claims}
        Lease.objects.filter(channel=channel, user__in=user_ids, until__in={claim.until for claim in claims}).delete()


@transaction.atomic
def take(due: NotificationQuerySet, field: str, until: datetime) -> None:
    """Move their time on. What somebody is just changing is left: it is due the next second, and nobody waits.

    Whoever waited here would hold some rows while the other wants them, who holds what is waited for.
    """
    free = due.select_for_update(skip_locked=True).values("pk")[:ROWS_AT_ONCE]
    Notification.objects.filter(pk__in=free).update(**{field: until})
