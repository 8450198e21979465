"""Send what is due to a person's devices; close there what has been read elsewhere. At least once, as with mail."""

import logging
from collections.abc import Callable, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from notifications import reasons
from notifications.delivery import records
from notifications.delivery.claims import Claim
from notifications.delivery.gathering import Batch, gather
from notifications.delivery.payloads import SEVERAL, payload_of, tag_of
from notifications.models import Delivery, Device, Notification
from notifications.push import sending
from notifications.push.sending import Failed, Gone, Sent
from notifications.querysets import DONE
from notifications.services.counting import count_unread

logger = logging.getLogger(__name__)


def deliver_pushes(claim: Claim) -> None:
    """Close what is done, send the rest as one push to each device, and put down what became of it."""
    close_shown(claim)
    forget_gone_devices(claim)
    batch = gather(claim)
    if batch is None:
        return
    for device in devices_of(claim.user_id):
        push_to(device, batch)
    with transaction.atomic():
        records.settle(claim, batch.rows)
        # What was read while it was on its way: whoever read it found nothing yet that a device shows.
        done = Notification.objects.filter(pk__in=[row.pk for row in batch.rows]).done()
        done.update(push_due_at=timezone.now())


def devices_of(user_id: int) -> list[Device]:
    return list(Device.objects.reachable().filter(user=user_id).order_by("pk"))


def push_to(device: Device, batch: Batch) -> None:
    """Send to one device what it has not had yet and is not to wait for.

    The devices before it may have taken long: what was read meanwhile, or taken by another process, is left.
    """
    still = set(batch.claim.rows.exclude(DONE).values_list("pk", flat=True))
    rows = [row for row in batch.rows if row.pk in still]
    opened = records.open_records(rows, "push", device)
    rows = [row for row in rows if row.pk in opened]
    if not rows:
        return
    match attempt(device, lambda: payload_of(batch, rows)):
        case Sent():
            records.mark_sent(opened.values())
        case Gone():
            Device.objects.filter(pk=device.pk, gone_at=None).update(gone_at=timezone.now())
            records.mark_dropped(opened.values(), reasons.ENDPOINT_GONE)
        case Failed(detail, retry_after, for_good):
            records.mark_failed(opened.values(), detail, retry_after, for_good=for_good)


def attempt(device: Device, write: Callable[[], dict]) -> Sent | Gone | Failed:
    try:
        return sending.send(device, write())
    except Exception as error:  # a device must not keep the others from theirs
        logger.exception("A push to device %d has failed", device.pk)
        return Failed(repr(error), None)


def forget_gone_devices(claim: Claim) -> None:
    """Wait no longer for a device that was removed, or that its service gave up."""
    waiting = Delivery.objects.filter(notification__in=claim.rows, channel="push", state=Delivery.State.QUEUED)
    records.mark_dropped(waiting.filter(Q(device=None) | Q(device__gone_at__isnull=False)), reasons.ENDPOINT_GONE)


def close_shown(claim: Claim) -> None:
    """Take from the devices what was shown there and is done: read, put away, asleep, or taken back. Tried once."""
    done = list(claim.rows.done())
    shown = Delivery.objects.shown().filter(notification__in=done)
    if not shown.exists():
        return
    tags = done_tags(claim.user_id, done)
    unread = count_unread([claim.user_id])[claim.user_id]
    for device in devices_of(claim.user_id) if tags else ():
        attempt(device, lambda: {"close": tags, "unread": unread})
    shown.update(reason=reasons.CLOSED)


def done_tags(user_id: int, done: Sequence[Notification]) -> list[str]:
    """Return which of the shown pushes have nothing left that is not done."""
    shown = Delivery.objects.shown().filter(notification=OuterRef("pk"))
    still = Notification.objects.filter(Exists(shown), user=user_id).exclude(DONE)
    open_tags = {tag_of(row) for row in still}
    closed = {tag_of(row) for row in done} - open_tags
    return sorted(closed | (set() if open_tags else {SEVERAL}))
