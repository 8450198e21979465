"""The words of the tests of deliveries: tell somebody, let time pass, and look what the postman did."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import time_machine
from django.core import mail

from notifications.jobs import send_due_emails
from notifications.models import Delivery, Notification, Preferences
from notifications.services import notify

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)  # a Monday
MINUTE = timedelta(minutes=1)
NIGHTS = {str(day): ["22:00", "07:00"] for day in range(7)}


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """What happens inside happens at that moment."""
    with time_machine.travel(moment, tick=False):
        yield


def wants(user, **chosen) -> None:
    """Let a person choose, in the words of Preferences."""
    Preferences.objects.update_or_create(user=user, defaults=chosen)


def notify_user(to, *, when: datetime = NOON, **how) -> None:
    """Tell somebody, at noon unless another moment is given."""
    with at(when):
        notify(to=to, **{"kind": "ping", "title": "Ping"} | how)


def sent_emails(when: datetime) -> list[EmailMessage]:
    """Let the clock send at that moment, and return the mails it sent."""
    before = len(mail.outbox)
    with at(when):
        send_due_emails()
    return [email.message() for email in mail.outbox[before:]]


def words(email: EmailMessage, kind: str = "plain") -> str:
    return email.get_body([kind]).get_content()


def newest(user) -> Notification:
    return Notification.objects.filter(user=user).latest("pk")


def delivery_results(user, channel: str = "mail") -> list[tuple[str, str]]:
    """Return state and reason of a person's deliveries, oldest first."""
    theirs = Delivery.objects.filter(notification__user=user, channel=channel).order_by("pk")
    return list(theirs.values_list("state", "reason"))
