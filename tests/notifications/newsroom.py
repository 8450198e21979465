"""The vocabulary of the tests of streams: streams of every sort, and who hears of them."""

import pytest
from django.contrib.auth.models import Group

from notifications import kinds
from notifications.models import Notification, Stream
from notifications.streams.definitions import create_stream, rotate_token
from notifications.streams.news import KIND

NEWS = kinds.Kind(KIND, "Streams", "radio")


@pytest.fixture
def news(monkeypatch):
    """The kind of what streams tell, beside that of the test."""
    monkeypatch.setitem(kinds._kinds, KIND, NEWS)


def stream(slug: str = "deploys", **fields) -> Stream:
    """Make a stream that nobody is subscribed to yet, but by its rule."""
    return create_stream(slug, fields.pop("name", slug.title()), **fields)


def rate(slug: str = "eur-usd", **fields) -> Stream:
    """Make a stream that keeps a value."""
    return stream(slug, keeps_value=True, **fields)


def group_of(name: str, *users) -> Group:
    group = Group.objects.create(name=name)
    group.user_set.add(*users)
    return group


def with_token(made: Stream) -> tuple[Stream, str]:
    return made, rotate_token(made)


def titles(user) -> list[str]:
    """What somebody was told, oldest first."""
    return list(Notification.objects.filter(user=user).order_by("position").values_list("title", flat=True))
