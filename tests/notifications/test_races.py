"""Two who tell, read, take back and deliver at the same moment, on PostgreSQL in transactions side by side."""

import pytest

from notifications.models import Notification
from notifications.services import notify
from tests.cast import people
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


def tell(to) -> None:
    notify(to=to, kind="ping", title="Ping", key="deploy-7")


def test_one_key_from_two_at_once_tells_newcomers_once():
    for number in range(ROUNDS):
        newcomers = people(20, f"n{number}-")
        together(lambda to=newcomers: tell(to), lambda to=newcomers: tell(to))
        assert Notification.objects.filter(user__in=newcomers).count() == len(newcomers)
