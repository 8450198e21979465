"""A room for the tests of the chat, and the events that are published."""

import pytest
from django.db import transaction

from realtime.shared.events import Event
from tests.chat.pages import room_of


@pytest.fixture
def room(ada, bob):
    """A public room of Ada's, with Bob in it."""
    return room_of(ada, bob)


@pytest.fixture
def published(published, monkeypatch) -> list[Event]:
    """The events that are published from now on, at once: a test's transaction never commits."""
    monkeypatch.setattr(transaction, "on_commit", lambda function, **_: function())
    return published
