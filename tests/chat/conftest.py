"""People and a room for the tests of what happens in rooms, and an ear for what is told of it."""

import pytest
from django.db import transaction

from realtime import publish
from realtime.events import Event
from tests.chat.pages import person, room_of


@pytest.fixture
def ada(db):
    return person("ada", display_name="Ada Lovelace")


@pytest.fixture
def bob(db):
    return person("bob", display_name="Bob Kahn")


@pytest.fixture
def eve(db):
    return person("eve")


@pytest.fixture
def room(ada, bob):
    """A public room of Ada's, with Bob in it."""
    return room_of(ada, bob)


@pytest.fixture
def told(monkeypatch) -> list[Event]:
    """What is published from now on. A test's transaction never commits, so here it is told at once."""
    events: list[Event] = []
    monkeypatch.setattr(transaction, "on_commit", lambda function, **_: function())
    monkeypatch.setattr(publish, "_tell", events.extend)
    return events
