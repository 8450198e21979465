"""What people are told of messages and rooms, in words."""

from collections.abc import Iterable

from django.urls import reverse

from accounts.names.bidi_isolation import isolate
from chat.events import room_feed
from chat.kinds import ANNOUNCEMENT, DIRECT_MESSAGE, INVITATION, KEYWORD, MENTION, MESSAGE
from chat.models import Membership, Message, Room
from chat.plain import excerpt
from notifications.services import Draft

MOST_NAMES = 3

# {author} did it {place}: "in #general", "in founders", "in Mary, Zoe", or nothing where two talk.
TITLES = {
    MENTION.name: "{author} mentioned you{place}",
    DIRECT_MESSAGE.name: "{author} wrote to you{place}",
    ANNOUNCEMENT.name: "{author} wrote to everybody{place}",
    KEYWORD.name: "{author} wrote “{word}”{place}",
    MESSAGE.name: "{author} wrote{place}",
}


def message_drafts(message: Message, room, reasons: Iterable[tuple[int, str, str]]) -> list[Draft]:
    """Return what people are told of a message: (user id, kind, the keyword in it) for each of them."""
    body = excerpt(message.html)
    places = conversation_places(message.room_id) if room.kind == Room.Kind.DIRECT else {}
    place = "" if room.kind == Room.Kind.DIRECT else f" in {name_room(room)}"
    url = f"{reverse('room', args=[message.room_id])}?message={message.posted_seq}"
    return [
        Draft(
            user_id=user_id,
            kind=kind,
            title=TITLES[kind].format(
                author=isolate(message.author.name), place=places.get(user_id, place), word=isolate(word)
            ),
            body=body,
            url=url,
            actor=message.author,
            target=message,
            data=facts(message.room_id, room.kind) | {"message": message.pk},
            key=f"message.{message.pk}",
            group=room_feed(message.room_id),
            position=message.posted_seq,
        )
        for user_id, kind, word in reasons
    ]


def name_room(room) -> str:
    """Return a room's name, with the sign that everybody may come in where that is so."""
    return f"#{isolate(room.name)}" if room.kind == Room.Kind.PUBLIC else isolate(room.name)


def conversation_places(room_id: int) -> dict[int, str]:
    """Return how each person of a conversation of several knows it: by the others' names. One query."""
    people = {row.user_id: row.user.name for row in Membership.objects.filter(room=room_id).select_related("user")}
    if len(people) <= 2:
        return {}
    return {user_id: f" in {name_others(people, user_id)}" for user_id in people}


def name_others(people: dict[int, str], user_id: int) -> str:
    names = [isolate(name) for other, name in sorted(people.items()) if other != user_id]
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def invitation_draft(room: Room, by, newcomer: Membership) -> Draft:
    """Return what somebody is told who was let into a room. Having seen anything of it reads it."""
    return Draft(
        user_id=newcomer.user_id,
        kind=INVITATION.name,
        title=f"{isolate(by.name)} invited you to {name_room(room)}",
        body=room.topic,
        url=reverse("room", args=[room.pk]),
        actor=by,
        target=room,
        data=facts(room.pk, room.kind),
        group=room_feed(room.pk),
        position=newcomer.last_read_seq + 1,
    )


def facts(room_id: int, kind: str) -> dict:
    return {"room": room_id, "kind": str(kind), "private": kind != Room.Kind.PUBLIC}
