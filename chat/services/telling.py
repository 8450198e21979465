"""Who is told of what is said: once a message and person, for the best reason there is.

All run in the transaction of what they tell of, after the room's log was locked.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from accounts.people import person_feed
from chat.keywords import find_keyword, folded
from chat.kinds import ANNOUNCEMENT, DIRECT_MESSAGE, KEYWORD, MENTION, MESSAGE
from chat.models import Membership, Message, Room
from chat.notices import invitation_draft, message_drafts
from chat.plain import excerpt, plain_text
from chat.statements import Listeners, PlacesRoom, find_active, find_listeners
from notifications import services as notifications
from realtime.sequences import lock

# The kinds that say: this message concerns you.
CONCERNING = {MENTION.name, ANNOUNCEMENT.name}

type Reasons = Iterator[tuple[int, str, str]]


def tell_of_posts(messages: Sequence[Message], rooms: Mapping[int, PlacesRoom]) -> None:
    """Tell those whom new messages concern, or who want to hear of them. One query where there is nobody."""
    if not messages:
        return
    asking = dict.fromkeys((message.room_id for message in messages), False)
    for message in messages:
        asking[message.room_id] |= message.everybody or rooms[message.room_id].kind == Room.Kind.DIRECT
    listeners = find_listeners(asking)
    named = still_there(messages)
    drafts = [
        draft
        for message in messages
        for draft in drafts_of(message, rooms[message.room_id], listeners[message.room_id], named)
    ]
    if drafts:
        notifications.notify_each(drafts)


def still_there(messages: Sequence[Message]) -> Collection[tuple[int, int]]:
    """Return who of those named is in the room: (room id, user id). They were looked up before it was locked."""
    named = {(message.room_id, user_id) for message in messages for user_id in message.mention_ids}
    return find_active(named) if named else ()


def drafts_of(message: Message, room, listeners: Listeners, named: Collection[tuple[int, int]]) -> list:
    best: dict[int, tuple[int, str, str]] = {}
    for reason in find_reasons(message, room, listeners, named):
        best.setdefault(reason[0], reason)
    best.pop(message.author_id, None)
    return message_drafts(message, room, best.values()) if best else []


def find_reasons(message: Message, room, listeners: Listeners, named: Collection[tuple[int, int]]) -> Reasons:
    """Yield (user id, kind, keyword) for all who are to hear of a message, the best reasons first."""
    for user_id in message.mention_ids:
        if (message.room_id, user_id) in named:
            yield user_id, MENTION.name, ""
    if room.kind == Room.Kind.DIRECT or message.everybody:
        kind = DIRECT_MESSAGE if room.kind == Room.Kind.DIRECT else ANNOUNCEMENT
        for user_id in listeners.everybody:
            yield user_id, kind.name, ""
    if listeners.keywords:
        text = folded(plain_text(message.html))
        for user_id, words in listeners.keywords.items():
            if word := find_keyword(words, text):
                yield user_id, KEYWORD.name, word
    for user_id in listeners.everything:
        yield user_id, MESSAGE.name, ""


def tell_of_edit(message: Message, room: Room, named_before: Collection[int], was_for_everybody: bool) -> None:
    """Tell those whom a message concerns only since its edit, take it back from those it no longer does, and let the
    text that the others were told follow. In a direct conversation all were told already.
    """
    if room.kind != Room.Kind.DIRECT:
        told, concerned = notifications.find_told(message), find_concerned(message)
        gone = {user_id for user_id, kind in told.items() if kind in CONCERNING and user_id not in concerned}
        fresh = {
            user_id: kind
            for user_id, kind in concerned.items()
            if told.get(user_id) not in CONCERNING
            and (user_id not in named_before if kind == MENTION.name else not was_for_everybody and user_id not in told)
        }
        # All at once, in the order of their names; what follows locks some of them each.
        lock(person_feed(user_id) for user_id in {*told, *fresh})
        notifications.take_back(message, gone | (fresh.keys() & told.keys()))
        notifications.notify_each(message_drafts(message, room, [(id, kind, "") for id, kind in fresh.items()]))
    notifications.rewrite(message, excerpt(message.html))


def find_concerned(message: Message) -> dict[int, str]:
    """Return whom a message names, or calls as one of everybody: {user id: kind}."""
    room_id = message.room_id
    everybody = find_listeners({room_id: True})[room_id].everybody if message.everybody else ()
    named = [user_id for _, user_id in still_there([message])]
    concerned = dict.fromkeys(everybody, ANNOUNCEMENT.name) | dict.fromkeys(named, MENTION.name)
    concerned.pop(message.author_id, None)
    return concerned


def tell_of_invitation(room: Room, by, newcomers: Iterable[Membership]) -> None:
    """Tell those whom somebody else let into a room."""
    notifications.notify_each([invitation_draft(room, by, member) for member in newcomers if member.user_id != by.id])
