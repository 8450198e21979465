"""Services that retract notifications from some users while the object they are about still exists."""

from collections.abc import Collection

from django.db import models, transaction

from accounts.identity.people import user_topic
from notifications.inbox.state_changes import mark_retracted
from notifications.inbox.targets import target_number
from notifications.models import Notification
from notifications.models.querysets import NotificationQuerySet
from realtime.engine.sequences import lock


def find_notified(target: models.Model) -> dict[int, str]:
    """Return the users with a notification about an object: {user id: kind}. Retracted ones do not count."""
    return dict(about(target).values_list("user_id", "kind"))


@transaction.atomic
def retract_from(target: models.Model, user_ids: Collection[int]) -> None:
    """Retract these users' notifications about an object. The same key can notify them again later."""
    if user_ids:
        lock(user_topic(user_id) for user_id in user_ids)
        theirs = about(target).filter(user__in=user_ids)
        theirs.update(key=None)
        mark_retracted(theirs)


@transaction.atomic
def retract_keys(pairs: Collection[tuple[int, str]]) -> None:
    """Retract notifications by their (user id, key). The same key can notify the user again later."""
    if not pairs:
        return
    users, keys = zip(*pairs, strict=True)
    lock(user_topic(user_id) for user_id in users)
    found = Notification.objects.filter(user__in=set(users), key__in=set(keys), retracted_at=None)
    ids = list(found.values_list("pk", flat=True))
    if ids:
        Notification.objects.filter(pk__in=ids).update(key=None)
        mark_retracted(Notification.objects.filter(pk__in=ids))


@transaction.atomic
def retract_group(user_id: int, group: str) -> None:
    """Retract a user's notifications of a group."""
    lock([user_topic(user_id)])
    mark_retracted(Notification.objects.filter(user=user_id, group=group, retracted_at=None))


def about(target: models.Model) -> NotificationQuerySet:
    return Notification.objects.filter(
        target_type=target._meta.label_lower, target_id=target_number(target), retracted_at=None
    )
