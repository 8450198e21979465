"""What did not come is known for a while, and then it is gone; what came stays."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications import cleanup
from notifications.cleanup import sweep
from notifications.models import Delivery, Notification
from tests.notifications.post import notify_user, wants

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


def held_since(user, days):
    wants(user, channels={"ping": {"app": False}})
    notify_user(user, when=timezone.now() - days * DAY)
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
    notify_user(ada, when=timezone.now() - 400 * DAY)
    sweep()
    assert len(left()) == 1


def test_for_how_long_is_the_operators_to_say(ada, settings):
    settings.HELD_DAYS = 7
    held_since(ada, 8)
    sweep()
    assert left() == set()


def test_a_sweep_is_bounded_and_the_next_goes_on(ada, monkeypatch):
    monkeypatch.setattr(cleanup, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(cleanup, "ROUNDS", 2)
    for _ in range(5):
        held_since(ada, 31)
    sweep()
    assert len(left()) == 1
    sweep()
    assert left() == set()
