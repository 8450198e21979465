"""People, a kind, and an ear for what is told."""

import pytest

from notifications import kinds
from realtime import publish
from tests.chat.pages import person

PING = kinds.Kind("ping", "Pings", "bell")


@pytest.fixture(autouse=True)
def ping(monkeypatch):
    """A kind that is registered for the test alone."""
    monkeypatch.setattr(kinds, "_kinds", {"ping": PING})
    return PING


@pytest.fixture
def ada(db):
    return person("ada", display_name="Ada Lovelace")


@pytest.fixture
def bob(db):
    return person("bob")


@pytest.fixture
def told(monkeypatch):
    """What was told, in its order. Nothing of a transaction that is not committed."""
    events = []
    monkeypatch.setattr(publish, "_tell", events.extend)
    return events
