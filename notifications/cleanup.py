"""The scheduled job that deletes held notifications and the push devices of expired sessions."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from notifications.conf import setting
from notifications.models import Device, Notification

ROWS_AT_ONCE = 500  # one short transaction each, so that other writers get their turn in between
ROUNDS = 200


def sweep() -> None:
    """Delete held notifications after HELD_DAYS with their delivery records, and the push devices of expired sessions.

    Bounded to ROUNDS batches; the rest is deleted an hour later. Safe to run in any number of processes.
    """
    now = timezone.now()
    delete_some(Notification.objects.filter(held=True, created_at__lt=now - timedelta(days=setting("HELD_DAYS"))))
    delete_some(Device.objects.orphaned())


def delete_some(rows: QuerySet) -> None:
    for _ in range(ROUNDS):
        ids = list(rows.order_by().values_list("pk", flat=True)[:ROWS_AT_ONCE])
        rows.filter(pk__in=ids).delete()
        if len(ids) < ROWS_AT_ONCE:
            return
