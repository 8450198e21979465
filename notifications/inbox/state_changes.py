"""Services that change notifications: read, archive, snooze, rewrite, retract. All tabs get each change."""

from collections.abc import Collection
from datetime import datetime
from itertools import batched

from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.identity.people import user_topic
from notifications.inbox.events import inbox_event, notification_event
from notifications.inbox.shown_pushes import close_pushes
from notifications.inbox.targets import target_number
from notifications.inbox.unread_counts import count_unread
from notifications.models import Inbox, Notification
from notifications.models.querysets import NotificationQuerySet
from notifications.models.statements import find_unread, number_notifications
from notifications.models.stream_access import hide_streams
from realtime.engine.publish import publish
from realtime.engine.sequences import lock, next_values, number_each

MOST_AT_ONCE = 1_000


def mark_read(user_id: int, ids: Collection[int]) -> None:
    """Mark some of a user's notifications as read."""
    now = timezone.now()
    change(theirs(user_id, ids).filter(read_at=None), read_at=now, snoozed_until=None)


def mark_groups_read(readings: Collection[tuple[int, str, int]]) -> None:
    """Mark as read everything in a group up to a position: (user id, group, position) for each user and group.

    Held ones, too: a push or an email about them may be due.
    """
    listed, held = find_unread(readings)
    now = timezone.now()
    if held:
        out_of_sight = Notification.objects.filter(pk__in=held, read_at=None)
        close_pushes(out_of_sight)
        out_of_sight.update(read_at=now)
    if listed:
        change(Notification.objects.unread().filter(pk__in=listed), read_at=now)


def rewrite(target: models.Model, body: str) -> None:
    """Change the body of the notifications about an object."""
    about = Notification.objects.filter(
        target_type=target._meta.label_lower, target_id=target_number(target), retracted_at=None
    ).exclude(body=body)
    about.filter(held=True).update(body=body)
    change(about.filter(held=False), body=body)


def archive(user_id: int, ids: Collection[int]) -> None:
    """Archive some notifications, which also marks them as read."""
    now = timezone.now()
    change(
        theirs(user_id, ids).filter(archived_at=None),
        archived_at=now,
        read_at=Coalesce("read_at", now),
        snoozed_until=None,
    )


def restore(user_id: int, ids: Collection[int]) -> None:
    """Move some back to the list, unread and no longer snoozed."""
    change(theirs(user_id, ids), archived_at=None, read_at=None, snoozed_until=None)


def snooze(user_id: int, ids: Collection[int], until: datetime) -> None:
    """Snooze some until a time; they come back unread. Raises ValueError for a time in the past."""
    if until <= timezone.now():
        raise ValueError("Choose a time in the future.")
    change(theirs(user_id, ids), snoozed_until=until, read_at=None, archived_at=None)


def wake(now: datetime | None = None) -> int:
    """End the snoozes whose time has come, and return their number. Any number of processes may call it."""
    expired = Notification.objects.filter(snoozed_until__lte=now or timezone.now())
    ids = list(expired.order_by("snoozed_until").values_list("pk", flat=True)[:MOST_AT_ONCE])
    if ids:
        change(expired.filter(pk__in=ids), snoozed_until=None)
    return len(ids)


def retract(targets: Collection[models.Model]) -> None:
    """Retract the notifications about these objects from every list and device, because the objects are deleted.

    Call it before the deletion: raises ValueError for an object without its primary key.
    """
    ids: dict[str, list[int]] = {}
    for target in targets:
        ids.setdefault(target._meta.label_lower, []).append(target_number(target))
    for label, numbers in ids.items():
        mark_retracted(Notification.objects.filter(target_type=label, target_id__in=numbers, retracted_at=None))


def mark_retracted(about: NotificationQuerySet) -> None:
    """Retract these notifications, including held ones. The rows stay for catch-ups, without their text."""
    gone = {"retracted_at": timezone.now(), "title": "", "body": "", "url": "", "data": {}}
    close_pushes(about.filter(held=True))
    about.filter(held=True).update(**gone)
    change(about.filter(held=False), **gone)


@transaction.atomic
def mark_all_read(user_id: int, up_to: int) -> None:
    """Mark everything up to a position as read, with one event for all of them. Snoozed ones stay snoozed.

    The position never decreases: a client that was away gets only the last event.
    """
    topic = user_topic(user_id)
    lock([topic])
    inbox, _ = Inbox.objects.get_or_create(user_id=user_id)
    inbox.read_up_to = max(inbox.read_up_to, up_to)
    unread = Notification.objects.filter(user=user_id, position__lte=inbox.read_up_to, read_at=None, snoozed_until=None)
    close_pushes(unread)
    if not unread.update(read_at=timezone.now()):
        return
    inbox.seq = next_values({topic: 1})[topic][0]
    inbox.save(update_fields=["read_up_to", "seq"])
    publish([inbox_event(inbox, count_unread([user_id])[user_id])])


def theirs(user_id: int, ids: Collection[int]) -> NotificationQuerySet:
    return Notification.objects.filter(user=user_id, pk__in=list(ids)[:MOST_AT_ONCE], retracted_at=None, held=False)


def change(found: NotificationQuerySet, **fields: object) -> None:
    """Set fields of notifications, number each change, and publish it. One query if none is found."""
    if user_ids := set(found.values_list("user_id", flat=True)):
        change_of(user_ids, found, fields)


@transaction.atomic
def change_of(user_ids: set[int], found: NotificationQuerySet, fields: dict[str, object]) -> None:
    """Lock the topics of these users, find the rows again, and change them. Constant queries for each thousand."""
    lock(user_topic(user_id) for user_id in user_ids)
    rows = list(found.order_by("position").values_list("pk", "user_id"))
    seqs = number_each(user_topic(user_id) for _, user_id in rows)
    changed: list[Notification] = []
    for some in batched(zip(rows, seqs, strict=True), MOST_AT_ONCE, strict=False):
        numbers = {pk: seq for (pk, _), seq in some}
        these = Notification.objects.filter(pk__in=numbers)
        these.update(**fields)
        number_notifications(numbers)
        close_pushes(these.done())
        changed += these.order_by("position").select_related("actor", "stream")
    hide_streams(changed)
    unread = count_unread({row.user_id for row in changed})
    publish([notification_event(row, unread[row.user_id]) for row in changed])
