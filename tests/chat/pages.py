"""The vocabulary of the page tests: people who sign in, rooms with people, words said."""

from datetime import UTC, datetime, timedelta

from django.contrib.auth import get_user_model
from django.test import Client

from chat import services
from chat.models import Membership, Message, Room

FIRST_MORNING = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def person(username: str, **more):
    """Make a person."""
    return get_user_model().objects.create(username=username, **more)


def people(number: int, prefix: str = "p") -> list:
    """Make many people at once."""
    users = [get_user_model()(username=f"{prefix}{index:03}") for index in range(number)]
    return get_user_model().objects.bulk_create(users)


def visit(user) -> Client:
    """Return a browser in which that person is signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def room_of(owner, *members, kind: str = Room.Kind.PUBLIC, name: str = "general", topic: str = "") -> Room:
    """Make a room with an owner and plain members."""
    room = services.create_room(owner, kind=kind, name=name, topic=topic)
    if members:
        services.invite(room, owner, list(members))
    return room


def role(room: Room, user, role: str) -> None:
    """Give a member a role, without telling anybody."""
    Membership.objects.filter(room=room, user=user).update(role=role)


def say(room: Room, author, number: int = 1, text: str = "hello") -> list[Message]:
    """Put messages into a room behind those that are there, one a minute."""
    last = room.messages.order_by("-posted_seq").values_list("posted_seq", flat=True).first() or 0
    rows = [
        Message(
            room=room,
            author=author,
            text=text,
            html=f"<p>{text}</p>",
            posted_seq=last + index,
            seq=last + index,
            created_at=FIRST_MORNING + timedelta(minutes=last + index),
        )
        for index in range(1, number + 1)
    ]
    return Message.objects.bulk_create(rows)


def words(response) -> list[str]:
    """Return what the page told in notices."""
    return [str(message) for message in response.context["messages"]]
