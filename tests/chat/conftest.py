"""A room for the tests of what happens in rooms, and an ear for what is told of it."""

import pytest
from django.db import transaction

from realtime.shared.events import Event
from tests.chat.pages import room_of


@pytest.fixture
def room(ada, bob):
    """A public room of Ada's, with Bob in it."""
    return room_of(ada, bob)


@pytest.fixture
def told(told, monkeypatch) -> list[Event]:
    """What is published from now on. A test's transaction never commits, so here it is told at once."""
    monkeypatch.setattr(transaction, "on_commit", lambda function, **_: function())
    return told
