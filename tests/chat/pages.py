"""The vocabulary of the page tests: users who sign in, rooms with members, messages."""

from datetime import UTC, datetime, timedelta

from chat import services
from chat.models import Membership, Message, Room
from tests.cast import people, person, visit

__all__ = ["OF_THE_FRAME", "people", "person", "role", "room_of", "say", "visit", "words"]

# Queries of every page, whatever is on it: the bell (5), the banner, the menu's streams and its "do not disturb".
OF_THE_FRAME = 8
FIRST_MORNING = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def room_of(owner, *members, kind: str = Room.Kind.PUBLIC, name: str = "general", topic: str = "") -> Room:
    """Make a room with an owner and plain members."""
    room = services.create_room(owner, kind=kind, name=name, topic=topic)
    if members:
        services.invite(room, owner, list(members))
    return room


def role(room: Room, user, role: str) -> None:
    """Give a member a role, without an event."""
    Membership.objects.filter(room=room, user=user).update(role=role)


def say(room: Room, author, number: int = 1, text: str = "hello") -> list[Message]:
    """Store messages in a room after its last one, one a minute."""
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
    """Return the messages that the page shows, such as "Saved."."""
    return [str(message) for message in response.context["messages"]]
