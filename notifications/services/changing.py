"""Change what becomes of notifications: read, put away, asleep, taken back. Each change is told to all tabs."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from django.db import models, transaction
from django.utils import timezone

from accounts.people import person_feed
from notifications.events import inbox_event, notification_event
from notifications.models import Inbox, Notification
from notifications.querysets import NotificationQuerySet
from notifications.services.closing import close_pushes
from notifications.services.counting import count_unread
from notifications.statements import find_unread
from realtime.publish import publish
from realtime.sequences import lock, next_values, number_each

MOST_AT_ONCE = 1_000
STATE_FIELDS = ["seq", "read_at", "archived_at", "snoozed_until", "withdrawn_at"]


def mark_read(user_id: int, ids: Collection[int]) -> None:
    """Mark some of a person's notifications as read."""
    now = timezone.now()
    change(theirs(user_id, ids).filter(read_at=None), lambda row: set_fields(row, read_at=now, snoozed_until=None))


def mark_groups_read(readings: Collection[tuple[int, str, int]]) -> None:
    """Mark as read what stands in a group up to a position: (user id, group, position) for each person and group.

    What is held, too: it may be on its way as a push or a mail.
    """
    listed, held = find_unread(readings)
    now = timezone.now()
    if held:
        out_of_sight = Notification.objects.filter(pk__in=held, read_at=None)
        close_pushes(out_of_sight)
        out_of_sight.update(read_at=now)
    if listed:
        change(Notification.objects.unread().filter(pk__in=listed), lambda row: set_fields(row, read_at=now))


def rewrite(target: models.Model, body: str) -> None:
    """Give what was told about an object another text, where it has changed since."""
    about = Notification.objects.filter(
        target_type=target._meta.label_lower, target_id=target.pk, withdrawn_at=None
    ).exclude(body=body)
    about.filter(held=True).update(body=body)
    change(about.filter(held=False), lambda row: set_fields(row, body=body))


def archive(user_id: int, ids: Collection[int]) -> None:
    """Put some away; what is put away is read."""
    now = timezone.now()
    change(
        theirs(user_id, ids).filter(archived_at=None),
        lambda row: set_fields(row, archived_at=now, read_at=row.read_at or now, snoozed_until=None),
    )


def restore(user_id: int, ids: Collection[int]) -> None:
    """Undo: as if they had just come, unread and awake."""
    change(theirs(user_id, ids), lambda row: set_fields(row, archived_at=None, read_at=None, snoozed_until=None))


def snooze(user_id: int, ids: Collection[int], until: datetime) -> None:
    """Let some sleep; they come back as unread. Raises ValueError for a time that has passed."""
    if until <= timezone.now():
        raise ValueError("Choose a time that is still to come.")
    change(theirs(user_id, ids), lambda row: set_fields(row, snoozed_until=until, read_at=None, archived_at=None))


def wake(now: datetime | None = None) -> int:
    """Wake those whose time has come, and return how many. Any number of processes may call it."""
    asleep = Notification.objects.filter(snoozed_until__lte=now or timezone.now())
    ids = list(asleep.order_by("snoozed_until").values_list("pk", flat=True)[:MOST_AT_ONCE])
    if ids:
        change(asleep.filter(pk__in=ids), lambda row: set_fields(row, snoozed_until=None))
    return len(ids)


def withdraw(targets: Collection[models.Model]) -> None:
    """Take back what was told about these objects, on every device: they are gone."""
    targets = list(targets)
    if not targets:
        return
    erase(
        Notification.objects.filter(
            target_type=targets[0]._meta.label_lower, target_id__in=[target.pk for target in targets], withdrawn_at=None
        )
    )


def erase(about: NotificationQuerySet) -> None:
    """Take back these notifications, the held ones, too: their rows stay for the log, what they said goes."""
    gone = {"withdrawn_at": timezone.now(), "title": "", "body": "", "url": "", "data": {}}
    close_pushes(about.filter(held=True))
    about.filter(held=True).update(**gone)
    change(about.filter(held=False), lambda row: set_fields(row, **gone))


@transaction.atomic
def mark_all_read(user_id: int, up_to: int) -> None:
    """Mark everything up to a place as read, with one event however much it is; what sleeps sleeps on.

    The place never goes back: the event would not tell those who were away what an earlier one said.
    """
    feed = person_feed(user_id)
    lock([feed])
    inbox, _ = Inbox.objects.get_or_create(user_id=user_id)
    inbox.read_up_to = max(inbox.read_up_to, up_to)
    unread = Notification.objects.filter(user=user_id, place__lte=inbox.read_up_to, read_at=None, snoozed_until=None)
    close_pushes(unread)
    if not unread.update(read_at=timezone.now()):
        return
    inbox.seq = next_values({feed: 1})[feed][0]
    inbox.save(update_fields=["read_up_to", "seq"])
    publish([inbox_event(inbox, count_unread([user_id])[user_id])])


def theirs(user_id: int, ids: Collection[int]) -> NotificationQuerySet:
    return Notification.objects.filter(user=user_id, pk__in=list(ids)[:MOST_AT_ONCE], withdrawn_at=None, held=False)


def set_fields(row: Notification, **fields: object) -> None:
    for name, value in fields.items():
        setattr(row, name, value)


def change(found: NotificationQuerySet, apply: Callable[[Notification], None]) -> None:
    """Apply a change to what is found, number each row's, save and publish them. One query where there is nothing."""
    if user_ids := set(found.values_list("user_id", flat=True)):
        change_of(user_ids, found, apply)


@transaction.atomic
def change_of(user_ids: set[int], found: NotificationQuerySet, apply: Callable[[Notification], None]) -> None:
    """Lock the logs of these people, and read anew what is found."""
    lock(person_feed(user_id) for user_id in user_ids)
    save(list(found.select_related("actor", "stream").order_by("place")), apply)


def save(rows: Sequence[Notification], apply: Callable[[Notification], None]) -> None:
    seqs = number_each(person_feed(row.user_id) for row in rows)
    for row, seq in zip(rows, seqs, strict=True):
        apply(row)
        row.seq = seq
    Notification.objects.bulk_update(rows, [*STATE_FIELDS, "title", "body", "url", "data"], batch_size=500)
    close_pushes(Notification.objects.done().filter(pk__in=[row.pk for row in rows]))
    unread = count_unread({row.user_id for row in rows})
    publish([notification_event(row, unread[row.user_id]) for row in rows])
