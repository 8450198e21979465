"""Claims on due deliveries: one process takes a user's pushes or emails for a minute.

The times in a notification's row, `push_due_at` and `email_due_at`, are the queue; they are written with the row, so
that a crash cannot separate the two. A process claims rows by moving the time on, in one statement that cannot succeed
twice for a row; if it then dies, the rows are only delayed. Notifications that become due for the same user meanwhile
wait until the claim is released, so that none overtakes an older one.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from notifications.models import Lease, Notification
from notifications.models.querysets import NotificationQuerySet

LEASE = timedelta(seconds=60)
DUE_FIELDS = {"push": "push_due_at", "mail": "email_due_at"}  # by channel
PEOPLE_AT_ONCE = 20
ROWS_LOOKED_AT = 500
ROWS_AT_ONCE = 2_000


class Claim(NamedTuple):
    """One user's due rows that this process may deliver until a time: those whose due time is `until`."""

    channel: str
    user_id: int
    until: datetime

    @property
    def rows(self) -> NotificationQuerySet:
        return rows_of([self])


def rows_of(claims: Collection[Claim]) -> NotificationQuerySet:
    """Return the rows of several claims of one channel. A user has at most one claim at a time."""
    channel = next((claim.channel for claim in claims), "push")
    user_ids, moments = {claim.user_id for claim in claims}, {claim.until for claim in claims}
    return Notification.objects.filter(**{"user__in": user_ids, f"{DUE_FIELDS[channel]}__in": moments})


def claim_due(channel: str, now: datetime, people: int = PEOPLE_AT_ONCE) -> list[Claim]:
    """Claim the due rows of some users on a channel, longest waiting first. Six queries, or one if none is due."""
    field = DUE_FIELDS[channel]
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
    """Lease these users until a time, and return those that no other process holds."""
    Lease.objects.filter(channel=channel, until__lte=now, user__in=user_ids).delete()
    Lease.objects.bulk_create(
        # In one order, so that two processes cannot deadlock.
        [Lease(channel=channel, user_id=user_id, until=until) for user_id in sorted(user_ids)],
        ignore_conflicts=True,
    )
    return list(Lease.objects.filter(channel=channel, until=until, user__in=user_ids).values_list("user_id", flat=True))


def release(claims: Collection[Claim]) -> None:
    """Release users whose deliveries are finished or postponed."""
    if claims:
        channel, user_ids = next(iter(claims)).channel, {claim.user_id for claim in claims}
        Lease.objects.filter(channel=channel, user__in=user_ids, until__in={claim.until for claim in claims}).delete()


@transaction.atomic
def take(due: NotificationQuerySet, field: str, until: datetime) -> None:
    """Move the due times on. Rows that are locked right now are skipped: they are due again the next second.

    Waiting for them while holding other rows could deadlock with the process that changes them.
    """
    free = due.select_for_update(skip_locked=True).values("pk")[:ROWS_AT_ONCE]
    Notification.objects.filter(pk__in=free).update(**{field: until})
