"""Two who tell, read, take back and deliver at the same moment, on PostgreSQL in transactions side by side."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from notifications.delivery.claims import claim_due
from notifications.models import Device, Notification
from notifications.services import notify
from tests.cast import people
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


def notify_user(to) -> None:
    notify(to=to, kind="ping", title="Ping", key="deploy-7")


def test_one_key_from_two_at_once_tells_newcomers_once():
    for number in range(ROUNDS):
        newcomers = people(20, f"n{number}-")
        together(lambda to=newcomers: notify_user(to), lambda to=newcomers: notify_user(to))
        assert Notification.objects.filter(user__in=newcomers).count() == len(newcomers)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="it lets in one who writes at a time")
def test_whoever_looks_for_what_is_due_waits_for_nobody(ada, bob):
    Device.objects.bulk_create(
        [Device(user=user, name="phone", endpoint=f"https://a.org/{user}") for user in (ada, bob)]
    )
    notify_user([ada, bob])
    found = []

    def look() -> None:
        found.extend(claim.user_id for claim in claim_due("push", timezone.now() + timedelta(minutes=1)))
        connection.close()

    with transaction.atomic():
        Notification.objects.select_for_update().get(user=ada)
        looking = threading.Thread(target=look)
        looking.start()
        looking.join(10)
        assert found == [bob.pk]
    look()
    assert found == [bob.pk, ada.pk]
