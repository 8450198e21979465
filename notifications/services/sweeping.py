"""Delete what nobody asks for any more: what did not come, browsers of expired sessions, finished tasks."""

from datetime import datetime, timedelta

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils import timezone

from notifications.conf import setting
from notifications.models import Device, Notification

ROWS_AT_ONCE = 500  # a short transaction each, so that others write in between
ROUNDS = 200
TASKS_KEPT = timedelta(days=1)


def sweep() -> None:
    """Delete held notifications after HELD_DAYS, with the records of their deliveries, and tasks after a day.

    Browsers of expired sessions, too: nothing was pushed to them since.

    Bounded: what is more goes the next time. Any number of processes may call it, by the clock.
    """
    now = timezone.now()
    delete_some(Notification.objects.filter(held=True, created_at__lt=now - timedelta(days=setting("HELD_DAYS"))))
    delete_some(Device.objects.orphaned())
    if apps.is_installed("django_tasks_db"):
        delete_some(old_tasks(now - TASKS_KEPT))


def old_tasks(before: datetime) -> QuerySet:
    """Return those that are finished, and those whose worker was killed: what they were to do is due again."""
    from django_tasks_db.models import DBTaskResult

    return DBTaskResult.objects.filter(Q(finished_at__lt=before) | Q(finished_at=None, started_at__lt=before))


def delete_some(rows: QuerySet) -> None:
    for _ in range(ROUNDS):
        ids = list(rows.order_by().values_list("pk", flat=True)[:ROWS_AT_ONCE])
        rows.filter(pk__in=ids).delete()
        if len(ids) < ROWS_AT_ONCE:
            return
