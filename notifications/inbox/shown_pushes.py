"""Pushes that a device still shows of notifications that are done: they become due once more, to be closed there."""

from django.db.models import Exists, OuterRef
from django.utils import timezone

from notifications.models import Delivery
from notifications.models.querysets import NotificationQuerySet


def close_pushes(rows: NotificationQuerySet) -> None:
    """Put these on the clock where a push of them was shown; in the caller's transaction. One query."""
    shown = Delivery.objects.shown().filter(notification=OuterRef("pk"))
    rows.filter(Exists(shown)).update(push_due_at=timezone.now())
