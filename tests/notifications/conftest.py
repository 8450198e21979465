"""A kind of notification for the tests of them."""

import pytest

from notifications import kinds

PING = kinds.Kind("ping", "Pings", "bell")


@pytest.fixture(autouse=True)
def ping(monkeypatch):
    """A kind that is registered for the test alone."""
    monkeypatch.setattr(kinds, "_kinds", {"ping": PING})
    return PING
