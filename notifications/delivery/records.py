"""What became of each delivery: sent, dropped and why, tried again later, given up."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.people import person_feed
from notifications import reasons
from notifications.conf import setting
from notifications.delivery.claims import Claim
from notifications.models import Delivery, Device, Notification
from realtime.metrics import counters
from realtime.sequences import lock

State = Delivery.State
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
DETAIL_CHARACTERS = 500


def open_records(rows: Sequence[Notification], channel: str, device: Device | None = None) -> dict[int, Delivery]:
    """Return the record of each notification that has not gone this way yet, made if need be; by its id."""
    ids = [row.pk for row in rows]
    theirs = Delivery.objects.filter(notification__in=ids, channel=channel, device=device)
    known = set(theirs.values_list("notification_id", flat=True))
    new = [Delivery(notification_id=id, channel=channel, device=device) for id in ids if id not in known]
    Delivery.objects.bulk_create(new, ignore_conflicts=True)
    return {record.notification_id: record for record in theirs.filter(state=State.QUEUED)}


def drop(claim: Claim, row: Notification, reason: str) -> None:
    """Put down that a notification does not go out any more, and why; one that is being tried is not tried again."""
    theirs = Delivery.objects.filter(notification=row, channel=claim.channel)
    now = timezone.now()
    dropped = {"state": State.DROPPED, "reason": reason, "next_try_at": None, "done_at": now}
    theirs.filter(state=State.QUEUED).update(**dropped)
    if not theirs.exists():
        Delivery.objects.create(notification=row, channel=claim.channel, **dropped)
    counters.note_delivery(claim.channel, "dropped")
    finish(claim, [row.pk])


def mark_sent(records: Collection[Delivery], reason: str = reasons.SENT) -> None:
    count(records, "sent")
    Delivery.objects.filter(pk__in=[record.pk for record in records]).update(
        state=State.SENT,
        reason=reason,
        detail="",
        attempts=F("attempts") + 1,
        next_try_at=None,
        done_at=timezone.now(),
    )


def mark_dropped(records: Collection[Delivery], reason: str, detail: str = "") -> None:
    count(records, "dropped")
    Delivery.objects.filter(pk__in=[record.pk for record in records]).update(
        state=State.DROPPED,
        reason=reason,
        detail=cut(detail),
        attempts=F("attempts") + 1,
        next_try_at=None,
        done_at=timezone.now(),
    )


def mark_failed(
    records: Iterable[Delivery], detail: str, retry_after: float | None = None, *, for_good: bool = False
) -> None:
    """Have it tried again later, or give it up: after so many tries, or where it would fail again."""
    now = timezone.now()
    records = list(records)
    for record in records:
        record.attempts += 1
        record.detail = cut(detail)
        if not for_good and record.attempts < setting("DELIVERY_TRIES"):
            record.reason, record.next_try_at = reasons.TRIED_IN_VAIN, now + wait_of(record.attempts, retry_after)
        else:
            record.state, record.next_try_at, record.done_at = State.FAILED, None, now
            record.reason = reasons.REFUSED if for_good else reasons.GAVE_UP
        counters.note_delivery(record.channel, "failed" if record.state == State.FAILED else "retried")
    Delivery.objects.bulk_update(records, ["attempts", "detail", "reason", "next_try_at", "state", "done_at"])


def count(records: Iterable[Delivery], result: str) -> None:
    for record in records:
        counters.note_delivery(record.channel, result)


def cut(detail: str) -> str:
    """Return what the other side said as a database keeps it: it may have said anything."""
    return detail.replace("\0", "")[:DETAIL_CHARACTERS]


def wait_of(attempts: int, retry_after: float | None) -> timedelta:
    """Return how long to wait after so many tries: 1, 4, 16 minutes …, or longer where the other side asks for it."""
    usual = min(FIRST_WAIT * 4 ** (attempts - 1), LONGEST_WAIT)
    return max(usual, min(timedelta(seconds=retry_after or 0), LONGEST_WAIT))


def finish(claim: Claim, ids: Collection[int]) -> None:
    """Take the work of some notifications off the clock, unless somebody else has taken it since."""
    put_off(claim, ids, None)


def put_off(claim: Claim, ids: Collection[int], until: datetime | None) -> None:
    claim.rows.filter(pk__in=ids).update(**{f"{claim.channel}_due_at": until})


@transaction.atomic
def settle(claim: Claim, rows: Sequence[Notification]) -> None:
    """Put each notification on the clock for its next try, or take it off where every record of it is done.

    One that was opened and not tried stays claimed: the clock finds it again when the lease is over.
    """
    lock([person_feed(claim.user_id)])
    ids = [row.pk for row in rows]
    waiting = Delivery.objects.filter(notification__in=ids, channel=claim.channel, state=State.QUEUED)
    untried, next_tries = set(), {}
    for id, next_try_at in waiting.order_by("-next_try_at").values_list("notification_id", "next_try_at"):
        if next_try_at is None:
            untried.add(id)
        else:
            next_tries[id] = next_try_at  # the earliest comes last
    finish(claim, [id for id in ids if id not in next_tries and id not in untried])
    for next_try_at in set(next_tries.values()):
        put_off(claim, [id for id in ids if next_tries.get(id) == next_try_at], next_try_at)
