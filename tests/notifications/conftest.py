"""A kind of notification for the tests of them."""

import pytest

from notifications import kinds
from notifications.delivery.push import sender
from tests.services.push_service import PushService

PING = kinds.Kind("ping", "Pings", "bell")


@pytest.fixture(autouse=True)
def ping(monkeypatch):
    """A kind that is registered for the test alone."""
    monkeypatch.setattr(kinds, "_kinds", {"ping": PING})
    return PING


@pytest.fixture
def push_service(monkeypatch):
    """The push service, which is all of the Internet that there is."""
    service = PushService()
    monkeypatch.setattr(sender, "INTERNET", service.network)
    yield service
    service.close()
