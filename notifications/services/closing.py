"""Have what a device still shows closed there: the same work as a push, on the same clock."""

from django.db.models import Exists, OuterRef
from django.utils import timezone

from notifications.models import Delivery
from notifications.models.querysets import NotificationQuerySet


def close_pushes(rows: NotificationQuerySet) -> None:
    """Put these on the clock where a push of them was shown; in the caller's transaction. One query."""
    shown = Delivery.objects.shown().filter(notification=OuterRef("pk"))
    rows.filter(Exists(shown)).update(push_due_at=timezone.now())
