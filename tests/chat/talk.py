"""The vocabulary of the room tests: messages, members, events and notifications."""

from uuid import uuid4

from chat import services
from chat.models import Membership, Message
from chat.services import FileDraft, MessageDraft, Posted, ReactionDraft
from chat.states.sidebar_entries import room_entries
from notifications.models import Notification
from realtime.shared.errors import CommandError
from realtime.shared.events import Event


def draft(room, author, text="hello", key=None, files=()) -> MessageDraft:
    """Return a draft. `files`: stored files, or FileDrafts."""
    chosen = [file if isinstance(file, FileDraft) else FileDraft(file.key) for file in files]
    return MessageDraft(room.pk, author.pk, key or uuid4(), text, files=chosen)


def post(room, author, text="hello", key=None, files=()) -> Message:
    """Post a message, and return it as it is stored."""
    [result] = services.post_messages([draft(room, author, text, key, files)])
    assert isinstance(result, Posted), result
    return Message.objects.get(pk=result.id)


def refused(room, author, text="hello", key=None, files=()) -> str:
    """Post a message that is refused, and return the error's code."""
    return refusal_of(room, author, text, key, files).code


def refusal_of(room, author, text="hello", key=None, files=()) -> CommandError:
    """Post a message that is refused, and return the error."""
    [result] = services.post_messages([draft(room, author, text, key, files)])
    assert isinstance(result, CommandError), result
    return result


def react(room, user, message, emoji="👍", *, on=True) -> int:
    """Put an emoji on a message or take it back, and return the seq of the reply. Raises the error that refuses it."""
    [result] = services.set_reactions([ReactionDraft(room.pk, user.pk, message.pk, emoji, on)])
    if isinstance(result, CommandError):
        raise result
    return result.seq


def lines(room) -> list[str]:
    """Return the system lines of a room, in their order."""
    return list(room.messages.filter(kind="system").order_by("posted_seq").values_list("html", flat=True))


def entry(user, room) -> dict:
    """Return the user's sidebar entry of a room."""
    [found] = [entry for entry in room_entries(user) if entry["id"] == room.pk]
    return found


def place(user, room) -> Membership:
    return Membership.objects.select_related("room", "user").get(user=user, room=room)


def roles(room) -> dict[str, str]:
    """Return the roles of a room's members, by username."""
    return dict(room.memberships.filter(active=True).values_list("user__username", "role"))


def kinds(events: list[Event]) -> list[str]:
    """Return the topics and types of events, in their order: "room.1 message"."""
    return [f"{event.topic} {event.type}" for event in events]


def notices(user) -> list[Notification]:
    """Return the notifications in a user's list, the oldest first."""
    return list(Notification.objects.filter(user=user, retracted_at=None, held=False).order_by("position"))


def notified_kinds(user) -> list[str]:
    """Return the kinds of a user's notifications, in their order: "mention", "keyword" …"""
    return [notice.kind for notice in notices(user)]


def unread_notices(user) -> int:
    return Notification.objects.filter(user=user).unread().count()
