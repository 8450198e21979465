"""What became of each delivery: sent, dropped and why, tried again later, given up."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.identity.people import user_topic
from notifications import reasons
from notifications.conf import setting
from notifications.delivery.claims import Claim, rows_of
from notifications.models import Delivery, Notification
from realtime.engine.sequences import lock
from realtime.shared.metrics import counters

State = Delivery.State
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
DETAIL_CHARACTERS = 500


class Way(NamedTuple):
    """One notification to one device, or to its person's mailbox."""

    notification_id: int
    device_id: int | None = None


def open_records(channel: str, ways: Collection[Way]) -> dict[Way, Delivery]:
    """Return the record of each way on which a notification has not gone yet, made if need be. Three queries."""
    theirs = Delivery.objects.filter(notification__in={way.notification_id for way in ways}, channel=channel)
    known = {Way(*ids) for ids in theirs.values_list("notification_id", "device_id")}
    new = [Delivery(**way._asdict(), channel=channel) for way in ways if way not in known]
    Delivery.objects.bulk_create(new, ignore_conflicts=True)
    wanted = set(ways)
    queued = {Way(record.notification_id, record.device_id): record for record in theirs.filter(state=State.QUEUED)}
    return {way: record for way, record in queued.items() if way in wanted}


def drop(claims: Collection[Claim], dropped: Sequence[tuple[Notification, str]]) -> None:
    """Put down that notifications do not go out any more, and why; what is being tried is not tried again."""
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
    fate = {"state": State.DROPPED, "next_try_at": None, "done_at": timezone.now()}
    for reason, some in by_reason.items():
        theirs.filter(notification__in=some, state=State.QUEUED).update(reason=reason, **fate)
    Delivery.objects.bulk_create(
        Delivery(notification=row, channel=channel, reason=reason, **fate)
        for row, reason in dropped
        if row.pk not in known
    )
    finish(claims, ids)


def forget_gone_devices(claims: Collection[Claim]) -> None:
    """Wait no longer for a device that was removed, or that its service gave up."""
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
        detail=cut(detail),
        attempts=F("attempts") + 1,
        next_try_at=None,
        done_at=timezone.now(),
    )


class Failure(NamedTuple):
    """What went wrong on one way. `retry_after`: when the other side wants it again; `for_good`: it never does."""

    record: Delivery
    detail: str
    retry_after: float | None = None
    for_good: bool = False


def mark_failed(failures: Collection[Failure]) -> None:
    """Have them tried again later, or give them up: after so many tries, or where they would fail again."""
    now = timezone.now()
    for record, detail, retry_after, for_good in failures:
        record.attempts += 1
        record.detail = cut(detail)
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


def cut(detail: str) -> str:
    """Return what the other side said as a database keeps it: it may have said anything."""
    return detail.replace("\0", "")[:DETAIL_CHARACTERS]


def wait_of(attempts: int, retry_after: float | None) -> timedelta:
    """Return how long to wait after so many tries: 1, 4, 16 minutes …, or longer where the other side asks for it."""
    usual = min(FIRST_WAIT * 4 ** (attempts - 1), LONGEST_WAIT)
    return max(usual, min(timedelta(seconds=retry_after or 0), LONGEST_WAIT))


def finish(claims: Collection[Claim], ids: Collection[int]) -> None:
    """Take the work of some notifications off the clock, unless somebody else has taken it since."""
    put_off(claims, ids, None)


def put_off(claims: Collection[Claim], ids: Collection[int], until: datetime | None) -> None:
    channel = next(iter(claims)).channel
    rows_of(claims).filter(pk__in=ids).update(**{f"{channel}_due_at": until})


@transaction.atomic
def settle(claims: Collection[Claim], rows: Sequence[Notification]) -> None:
    """Put each notification on the clock for its next try, or take it off where every record of it is done.

    One that was opened and not tried stays claimed: the clock finds it again when the lease is over.
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
