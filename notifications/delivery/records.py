"""The records of deliveries: sent, dropped with a reason, to be tried again, given up."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.identity.people import user_topic
from notifications import reasons
from notifications.conf import setting
from notifications.delivery.claims import DUE_FIELDS, Claim, rows_of
from notifications.models import Delivery, Notification
from realtime.engine.sequences import lock
from realtime.shared.metrics import counters

State = Delivery.State
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
DETAIL_CHARACTERS = 500


class Way(NamedTuple):
    """One notification to one device, or to its user's email address."""

    notification_id: int
    device_id: int | None = None


def open_records(channel: str, ways: Collection[Way]) -> dict[Way, Delivery]:
    """Return the queued record of each way, created if missing. Three queries.

    Ways whose record is finished are left out.
    """
    theirs = Delivery.objects.filter(notification__in={way.notification_id for way in ways}, channel=channel)
    known = {Way(*ids) for ids in theirs.values_list("notification_id", "device_id")}
    new = [Delivery(**way._asdict(), channel=channel) for way in ways if way not in known]
    Delivery.objects.bulk_create(new, ignore_conflicts=True)
    wanted = set(ways)
    queued = {Way(record.notification_id, record.device_id): record for record in theirs.filter(state=State.QUEUED)}
    return {way: record for way, record in queued.items() if way in wanted}


def record_dropped(claims: Collection[Claim], dropped: Sequence[tuple[Notification, str]]) -> None:
    """Record that notifications are not sent, and why. Queued tries are cancelled."""
    if not dropped:
        return
    channel = next(iter(claims)).channel
    by_reason: dict[str, list[int]] = {}
    for row, reason in dropped:
        by_reason.setdefault(reason, []).append(row.pk)
        counters.note_delivery(channel, "dropped")
    ids = [row.pk for row, _ in dropped]
    theirs = Delivery.objects.filter(notification__in=ids, channel=channel)
    known = set(theirs.values_list("notification_id", flat=True))
    fields = {"state": State.DROPPED, "next_try_at": None, "done_at": timezone.now()}
    for reason, some in by_reason.items():
        theirs.filter(notification__in=some, state=State.QUEUED).update(reason=reason, **fields)
    Delivery.objects.bulk_create(
        Delivery(notification=row, channel=channel, reason=reason, **fields)
        for row, reason in dropped
        if row.pk not in known
    )
    finish(claims, ids)


def forget_gone_devices(claims: Collection[Claim]) -> None:
    """Drop the queued records of devices that were removed or have no subscription any more."""
    waiting = Delivery.objects.filter(notification__in=rows_of(claims).values("pk"), channel="push", state=State.QUEUED)
    mark_dropped(waiting.filter(Q(device=None) | Q(device__gone_at__isnull=False)), reasons.ENDPOINT_GONE)


def mark_sent(records: Collection[Delivery], reason: str = reasons.SENT) -> None:
    count_delivery(records, "sent")
    Delivery.objects.filter(pk__in=[record.pk for record in records]).update(
        state=State.SENT,
        reason=reason,
        detail="",
        attempts=F("attempts") + 1,
        next_try_at=None,
        done_at=timezone.now(),
    )


def mark_dropped(records: Collection[Delivery], reason: str, detail: str = "") -> None:
    count_delivery(records, "dropped")
    Delivery.objects.filter(pk__in=[record.pk for record in records]).update(
        state=State.DROPPED,
        reason=reason,
        detail=cut_detail(detail),
        attempts=F("attempts") + 1,
        next_try_at=None,
        done_at=timezone.now(),
    )


class Failure(NamedTuple):
    """A failed delivery. `for_good`: a retry would fail, too.

    `retry_after`: the seconds after which the other server wants a retry.
    """

    record: Delivery
    detail: str
    retry_after: float | None = None
    for_good: bool = False


def mark_failed(failures: Collection[Failure]) -> None:
    """Schedule another try, or give up after DELIVERY_TRIES or if a retry would fail, too."""
    now = timezone.now()
    for record, detail, retry_after, for_good in failures:
        record.attempts += 1
        record.detail = cut_detail(detail)
        if not for_good and record.attempts < setting("DELIVERY_TRIES"):
            record.reason, record.next_try_at = reasons.TRIED_IN_VAIN, now + wait_of(record.attempts, retry_after)
        else:
            record.state, record.next_try_at, record.done_at = State.FAILED, None, now
            record.reason = reasons.REFUSED if for_good else reasons.GAVE_UP
        counters.note_delivery(record.channel, "failed" if record.state == State.FAILED else "retried")
    records = [failure.record for failure in failures]
    Delivery.objects.bulk_update(records, ["attempts", "detail", "reason", "next_try_at", "state", "done_at"])


def count_delivery(records: Iterable[Delivery], result: str) -> None:
    for record in records:
        counters.note_delivery(record.channel, result)


def cut_detail(detail: str) -> str:
    """Return a server's response as text that can be stored: it may contain anything."""
    return detail.replace("\0", "")[:DETAIL_CHARACTERS]


def wait_of(attempts: int, retry_after: float | None) -> timedelta:
    """Return the wait after some tries: 1, 4, 16 minutes …, or longer if the other server asks for it."""
    usual = min(FIRST_WAIT * 4 ** (attempts - 1), LONGEST_WAIT)
    return max(usual, min(timedelta(seconds=retry_after or 0), LONGEST_WAIT))


def finish(claims: Collection[Claim], ids: Collection[int]) -> None:
    """Clear the due times of notifications, unless another process has claimed them since."""
    put_off(claims, ids, None)


def put_off(claims: Collection[Claim], ids: Collection[int], until: datetime | None) -> None:
    channel = next(iter(claims)).channel
    rows_of(claims).filter(pk__in=ids).update(**{DUE_FIELDS[channel]: until})


@transaction.atomic
def set_due_times(claims: Collection[Claim], rows: Sequence[Notification]) -> None:
    """Set each notification's due time to its next try, or clear it if all its records are finished.

    A notification that was opened but not tried stays claimed; it is due again when the claim ends.
    """
    lock([user_topic(claim.user_id) for claim in claims])
    channel = next(iter(claims)).channel
    ids = [row.pk for row in rows]
    waiting = Delivery.objects.filter(notification__in=ids, channel=channel, state=State.QUEUED)
    untried, next_tries = set(), {}
    for id, next_try_at in waiting.order_by("-next_try_at").values_list("notification_id", "next_try_at"):
        if next_try_at is None:
            untried.add(id)
        else:
            next_tries[id] = next_try_at  # the earliest comes last
    finish(claims, [id for id in ids if id not in next_tries and id not in untried])
    for next_try_at in set(next_tries.values()):
        put_off(claims, [id for id in ids if next_tries.get(id) == next_try_at], next_try_at)
