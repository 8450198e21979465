"""The events of rooms and their payloads, as docs/protocol.md describes them.

Payloads are plain dicts of JSON values, so that WebSockets, pages and tests share them.
"""

from collections.abc import Iterable, Mapping

from accounts.identity.people import person_data
from chat.models import Membership, Message, Reaction, Room
from realtime.shared.events import Event, moment


def room_topic(room_id: int) -> str:
    """Return the name of a room's topic."""
    return f"room.{room_id}"


def event_of(row: Message | Membership | Room, *, by: int | None = None) -> Event:
    """Return the event with the state of a row as of its `seq`. `by`: the user whose rate limit it was charged to.

    The event that a user has left is the last one of the room that their connections get.
    """
    match row:
        case Message():
            return Event(room_topic(row.room_id), "message", message_data(row), seq=row.seq, by=by)
        case Membership():
            removes = () if row.active else (row.user_id,)
            return Event(room_topic(row.room_id), "member", member_data(row), seq=row.seq, removes=removes)
        case Room():
            return Event(room_topic(row.pk), "room", room_data(row), seq=row.seq)


def reaction_event(row: Reaction, reactions: Iterable[Mapping]) -> Event:
    """Return the event of a row as of its `seq`, with the state of its emoji among the reactions of its message."""
    gone = {"emoji": row.emoji, "count": 0, "since": None}
    state = next((reaction for reaction in reactions if reaction["emoji"] == row.emoji), gone)
    data = {"message": row.message_id, **state, "by": row.user_id, "on": row.active}
    return Event(room_topic(row.room_id), "reaction", data, seq=row.seq)


def message_data(message: Message) -> dict:
    """Return the payload of a message. Its author and mentions must be loaded.

    Only a system line has a `line`, only a message with files has `files`, and only one with link previews `previews`.
    Only a message that ever had reactions has `reactions`; which of them are the reader's, mark_own_reactions adds.
    """
    data = {
        "id": message.pk,
        "room": message.room_id,
        "posted_seq": message.posted_seq,
        "seq": message.seq,
        "kind": message.kind,
        "key": str(message.key) if message.key else None,
        "author": person_data(message.author),
        "html": message.html,
        "mentions": message.mention_ids,
        "everybody": message.everybody,
        "created_at": moment(message.created_at),
        "edited_at": moment(message.edited_at),
        "deleted_at": moment(message.deleted_at),
    }
    if message.files:
        data["files"] = message.files
    if message.previews:
        data["previews"] = message.previews
    if message.reactions_seq:
        data["reactions"] = [dict(reaction) for reaction in message.reactions or ()]
        data["reactions_seq"] = message.reactions_seq
    return data | {"line": message.line} if message.line else data


def mark_own_reactions(messages: Iterable[dict], user_id: int) -> None:
    """Add `mine` to those reactions in these payloads that are the user's. No query if there are no reactions."""
    reacted = {message["id"]: message["reactions"] for message in messages if message.get("reactions")}
    if not reacted:
        return
    own = Reaction.objects.filter(message__in=reacted, user=user_id, active=True)
    pairs = set(own.values_list("message_id", "emoji"))
    for message_id, reactions in reacted.items():
        for reaction in reactions:
            if (message_id, reaction["emoji"]) in pairs:
                reaction["mine"] = True


def member_data(membership: Membership) -> dict:
    """Return the payload of a member. The user must be loaded."""
    return {"user": person_data(membership.user), "role": membership.role, "active": membership.active}


def room_data(room: Room) -> dict:
    """Return the payload of a room, which is the same for all its members."""
    return {
        "id": room.pk,
        "kind": room.kind,
        "name": room.name,
        "topic": room.topic,
        "archived": room.archived_at is not None,
    }
