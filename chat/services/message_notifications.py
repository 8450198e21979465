"""The notifications of messages and invitations: one for each message and user, for the strongest reason.

All functions run in the transaction of the change that they are about, after the room's topic was locked.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from accounts.identity.people import user_topic
from chat.models import Membership, Message, Room
from chat.models.statements import RoomFacts, find_active, find_everybody, find_present
from chat.notices.drafts import invitation_draft, message_drafts
from chat.notices.kinds import ANNOUNCEMENT, DIRECT_MESSAGE, KEYWORD, MENTION, MESSAGE
from chat.notices.summaries import summarize
from chat.states.events import room_topic
from chat.text.keywords import find_keywords, folded
from chat.text.plain_text import plain_text
from notifications import services as notifications
from notifications.services import GroupListeners
from realtime.engine.sequences import lock
from realtime.shared.statements import Query

# The kinds that a user gets because a message mentions them.
CONCERNING = {MENTION.name, ANNOUNCEMENT.name}

type Reason = tuple[str, str]  # a kind, and the keyword that was found


class Audience(NamedTuple):
    """Whom new messages concern: the reasons of each message, and the members of rooms where one notifies everybody."""

    reasons: list[dict[int, Reason]]
    everybody: dict[int, set[int]]


def listeners_of(room_ids: Iterable[int]) -> Query[dict[str, GroupListeners]]:
    """Make a query for the users who want to be notified by keyword or level in these rooms, {group: users}."""
    return notifications.group_listeners([room_topic(id) for id in room_ids])


def find_audience(
    messages: Sequence[Message], rooms: Mapping[int, RoomFacts], listeners: Mapping[str, GroupListeners]
) -> Audience:
    """Find the users whom new messages concern, or who want to know of them. No query if none notifies everybody."""
    for_all = {message.room_id for message in messages if is_for_everybody(message, rooms[message.room_id])}
    everybody = find_everybody(for_all) if for_all else {}
    reasons = [
        find_reasons(message, rooms[message.room_id], everybody, listeners.get(room_topic(message.room_id)))
        for message in messages
    ]
    return Audience(reasons, everybody)


def notify_of_posts(messages: Sequence[Message], rooms: Mapping[int, RoomFacts], audience: Audience) -> None:
    """Notify the users whom new messages concern. No query if there are none."""
    reasons, everybody = audience
    present = find_still_present(messages, reasons, everybody)
    drafts = [
        draft
        for message, reason in zip(messages, reasons, strict=True)
        for draft in drafts_of(message, rooms[message.room_id], reason, present)
    ]
    if drafts:
        notifications.notify_each(drafts)


def is_for_everybody(message: Message, room) -> bool:
    return message.everybody or room.kind == Room.Kind.DIRECT


def find_reasons(
    message: Message, room, everybody: Mapping[int, Collection[int]], listeners: GroupListeners | None
) -> dict[int, Reason]:
    """Return the strongest reason to notify each user of a message. Some of the users may have left the room since."""
    reasons: dict[int, Reason] = dict.fromkeys(message.mention_ids, (MENTION.name, ""))
    if is_for_everybody(message, room):
        kind = DIRECT_MESSAGE if room.kind == Room.Kind.DIRECT else ANNOUNCEMENT
        for user_id in everybody[message.room_id]:
            reasons.setdefault(user_id, (kind.name, ""))
    elif listeners is not None:
        if listeners.keywords:
            for word in find_keywords(sorted(listeners.keywords), folded(plain_text(message.html))):
                for user_id in listeners.keywords[word]:
                    reasons.setdefault(user_id, (KEYWORD.name, word))
        for user_id in listeners.everything:
            reasons.setdefault(user_id, (MESSAGE.name, ""))
    reasons.pop(message.author_id, None)
    return reasons


def find_still_present(
    messages: Sequence[Message], reasons: Sequence[Iterable[int]], everybody: Mapping[int, Collection[int]]
) -> set[tuple[int, int]]:
    """Return the (room id, user id) pairs of users with a reason who are in the room now. One query at most."""
    known = {(room_id, user_id) for room_id, members in everybody.items() for user_id in members}
    pairs = {(message.room_id, user_id) for message, users in zip(messages, reasons, strict=True) for user_id in users}
    unknown = pairs - known
    return known | find_present(unknown) if unknown else known


def drafts_of(message: Message, room, reasons: Mapping[int, Reason], present: Collection[tuple[int, int]]) -> list:
    found = [(user_id, *reason) for user_id, reason in reasons.items() if (message.room_id, user_id) in present]
    return message_drafts(message, room, found) if found else []


def update_notifications(message: Message, room: Room, named_before: Collection[int], was_for_everybody: bool) -> None:
    """Update the notifications of a message after an edit.

    Users whom it mentions only since the edit are notified, the notifications of those whom it no longer mentions are
    retracted, and the others get the new text. In a direct conversation all members were notified before.
    """
    if room.kind != Room.Kind.DIRECT:
        notified, concerned = notifications.find_notified(message), find_concerned(message)
        gone = {user_id for user_id, kind in notified.items() if kind in CONCERNING and user_id not in concerned}
        fresh = {
            user_id: kind
            for user_id, kind in concerned.items()
            if notified.get(user_id) not in CONCERNING
            and (
                user_id not in named_before
                if kind == MENTION.name
                else not was_for_everybody and user_id not in notified
            )
        }
        # All at once and in one order, to prevent a deadlock: each of the next calls locks only some of them.
        lock(user_topic(user_id) for user_id in {*notified, *fresh})
        notifications.retract_from(message, gone | (fresh.keys() & notified.keys()))
        notifications.notify_each(message_drafts(message, room, [(id, kind, "") for id, kind in fresh.items()]))
    notifications.rewrite(message, str(summarize(message)))


def find_concerned(message: Message) -> dict[int, str]:
    """Return the users whom a message mentions, by name or by @room: {user id: kind}."""
    room_id = message.room_id
    everybody = find_everybody([room_id])[room_id] if message.everybody else ()
    named = [user_id for _, user_id in find_active({(room_id, user_id) for user_id in message.mention_ids})]
    concerned = dict.fromkeys(everybody, ANNOUNCEMENT.name) | dict.fromkeys(named, MENTION.name)
    concerned.pop(message.author_id, None)
    return concerned


def notify_invited(room: Room, by, newcomers: Iterable[Membership]) -> None:
    """Notify the users whom another user added to a room."""
    notifications.notify_each([invitation_draft(room, by, member) for member in newcomers if member.user_id != by.id])
