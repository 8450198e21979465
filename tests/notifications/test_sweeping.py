"""What did not come is known for a while, and then it is gone; what came stays."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from notifications.models import Delivery, Notification
from notifications.services import sweeping
from notifications.services.sweeping import sweep
from tests.notifications.post import tell, wants

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


def held_since(user, days):
    wants(user, channels={"ping": {"app": False}})
    tell(user, when=timezone.now() - days * DAY)
    return Notification.objects.filter(user=user).latest("pk").pk


def left():
    return set(Notification.objects.values_list("pk", flat=True))


def test_what_was_held_is_known_for_thirty_days(ada):
    old, new = held_since(ada, 31), held_since(ada, 29)
    Delivery.objects.create(notification_id=old, channel="mail", state="dropped")
    kept = Delivery.objects.create(notification_id=new, channel="mail", state="dropped")
    sweep()
    assert left() == {new}
    assert Delivery.objects.get() == kept


def test_what_stands_in_a_list_stays(ada):
    tell(ada, when=timezone.now() - 400 * DAY)
    sweep()
    assert len(left()) == 1


def test_for_how_long_is_the_operators_to_say(ada, settings):
    settings.HELD_DAYS = 7
    held_since(ada, 8)
    sweep()
    assert left() == set()


def test_a_sweep_is_bounded_and_the_next_goes_on(ada, monkeypatch):
    monkeypatch.setattr(sweeping, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(sweeping, "ROUNDS", 2)
    for _ in range(5):
        held_since(ada, 31)
    sweep()
    assert len(left()) == 1
    sweep()
    assert left() == set()


def task(status, days, **more):
    now = timezone.now()
    return DBTaskResult.objects.create(
        id=uuid.uuid4(),
        status=status,
        args_kwargs={"args": [], "kwargs": {}},
        task_path="notifications.tasks.send_mail",
        backend_name="default",
        run_after=get_date_max(),
        started_at=now - days * DAY,
        **more,
    ).pk


def test_finished_tasks_and_those_of_killed_workers_go_after_a_day(db):
    long_ago = timezone.now() - 2 * DAY
    task("SUCCESSFUL", 2, finished_at=long_ago)
    task("FAILED", 2, finished_at=long_ago)
    task("RUNNING", 2)
    kept = {task("RUNNING", 0), task("SUCCESSFUL", 0, finished_at=timezone.now())}
    waiting = DBTaskResult.objects.get(pk=task("READY", 0))
    DBTaskResult.objects.filter(pk=waiting.pk).update(started_at=None, enqueued_at=long_ago)
    sweep()
    assert set(DBTaskResult.objects.values_list("pk", flat=True)) == kept | {waiting.pk}
