"""The notifications of messages and invitations: their titles, texts and links."""

from collections.abc import Iterable

from django.urls import reverse

from accounts.names.bidi_isolation import isolate
from chat.models import Membership, Message, Room
from chat.notices.kinds import ANNOUNCEMENT, DIRECT_MESSAGE, INVITATION, KEYWORD, MENTION, MESSAGE, REACTION
from chat.notices.summaries import summarize
from chat.states.events import room_topic
from notifications.services import NotificationDraft
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

MOST_NAMES = 3

# Titles with a room's name ("#general", "founders", "Mary, Zoe"), and titles for a conversation between two. All begin
# with the author, where the list puts "Ana and 4 others" if several wrote (notifications/inbox/row_groups.py).
TITLES = {
    MENTION.name: _("%(author)s mentioned you in %(place)s"),
    DIRECT_MESSAGE.name: _("%(author)s wrote to you in %(place)s"),
    ANNOUNCEMENT.name: _("%(author)s wrote to everybody in %(place)s"),
    KEYWORD.name: _("%(author)s wrote “%(word)s” in %(place)s"),
    MESSAGE.name: _("%(author)s wrote in %(place)s"),
}
TITLES_BETWEEN_TWO = {
    MENTION.name: _("%(author)s mentioned you"),
    DIRECT_MESSAGE.name: _("%(author)s wrote to you"),
    ANNOUNCEMENT.name: _("%(author)s wrote to everybody"),
    KEYWORD.name: _("%(author)s wrote “%(word)s”"),
    MESSAGE.name: _("%(author)s wrote"),
}

REACTED = _("%(author)s reacted to your message in %(place)s")
REACTED_BETWEEN_TWO = _("%(author)s reacted to your message")
INVITED = _("%(author)s invited you to %(room)s")


def message_drafts(message: Message, room, reasons: Iterable[tuple[int, str, str]]) -> list[NotificationDraft]:
    """Return the notifications of a message. `reasons`: (user id, kind, the keyword that was found) for each user."""
    body = summarize(message)
    places = conversation_places(message.room_id) if room.kind == Room.Kind.DIRECT else {}
    place = "" if room.kind == Room.Kind.DIRECT else name_room(room)
    author = isolate(message.author.name)
    url = f"{reverse('room', args=[message.room_id])}?message={message.posted_seq}"
    return [
        NotificationDraft(
            user_id=user_id,
            kind=kind,
            title=write_title(kind, author=author, place=places.get(user_id, place), word=isolate(word)),
            body=body,
            url=url,
            actor=message.author,
            target=message,
            data=facts(message.room_id, room.kind) | {"message": message.pk},
            key=f"message.{message.pk}",
            group=room_topic(message.room_id),
            group_position=message.posted_seq,
        )
        for user_id, kind, word in reasons
    ]


def write_title(kind: str, *, author: str, place: str, word: str) -> str:
    titles = TITLES if place else TITLES_BETWEEN_TWO
    return fill_lazy(titles[kind], author=author, place=place, word=word)


def name_room(room) -> str:
    """Return a room's name, with a "#" before that of a public room."""
    return f"#{isolate(room.name)}" if room.kind == Room.Kind.PUBLIC else isolate(room.name)


def conversation_places(room_id: int) -> dict[int, str]:
    """Return the name of a conversation for each user in it, made of the others' names. Empty for two. One query."""
    people = {row.user_id: row.user.name for row in Membership.objects.filter(room=room_id).select_related("user")}
    if len(people) <= 2:
        return {}
    return {user_id: name_others(people, user_id) for user_id in people}


def name_others(people: dict[int, str], user_id: int) -> str:
    names = [isolate(name) for other, name in sorted(people.items()) if other != user_id]
    more = len(names) - MOST_NAMES
    shown = ", ".join(names[:MOST_NAMES])
    return fill_lazy(_("%(names)s and %(more)s more"), names=shown, more=more) if more > 0 else shown


def invitation_draft(room: Room, by, newcomer: Membership) -> NotificationDraft:
    """Return the notification for a new member of a room. Reading the room marks it as read."""
    return NotificationDraft(
        user_id=newcomer.user_id,
        kind=INVITATION.name,
        title=fill_lazy(INVITED, author=isolate(by.name), room=name_room(room)),
        body=room.topic,
        url=reverse("room", args=[room.pk]),
        actor=by,
        target=room,
        data=facts(room.pk, room.kind),
        group=room_topic(room.pk),
        group_position=newcomer.last_read_seq + 1,
    )


def reaction_draft(message: Message, room, by, emoji: str) -> NotificationDraft:
    """Return the notification for the author of a message to which another user reacted."""
    author = isolate(by.name)
    if room.kind == Room.Kind.DIRECT:
        title = fill_lazy(REACTED_BETWEEN_TWO, author=author)
    else:
        title = fill_lazy(REACTED, author=author, place=name_room(room))
    return NotificationDraft(
        user_id=message.author_id,
        kind=REACTION.name,
        title=title,
        body=f"{emoji} {summarize(message)}",
        url=f"{reverse('room', args=[message.room_id])}?message={message.posted_seq}",
        actor=by,
        target=message,
        data=facts(message.room_id, room.kind) | {"message": message.pk},
        key=reaction_key(message.pk, by.pk),
        group=room_topic(message.room_id),
        group_position=message.posted_seq,
    )


def reaction_key(message_id: int, user_id: int) -> str:
    return f"reaction.{message_id}.{user_id}"


def facts(room_id: int, kind: str) -> dict:
    return {"room": room_id, "kind": str(kind), "private": kind != Room.Kind.PUBLIC}
