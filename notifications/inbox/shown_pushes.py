"""Pushes that a device may still show although their notification is done. They become due again, as removals."""

from django.db.models import Exists, OuterRef
from django.utils import timezone

from notifications.models import Delivery
from notifications.models.querysets import NotificationQuerySet


def close_pushes(rows: NotificationQuerySet) -> None:
    """Make those with a shown push due now; in the caller's transaction. One query."""
    shown = Delivery.objects.shown().filter(notification=OuterRef("pk"))
    rows.filter(Exists(shown)).update(push_due_at=timezone.now())
