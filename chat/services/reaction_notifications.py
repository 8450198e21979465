"""The notifications of reactions: quiet ones for the author of the message.

All functions run in the transaction of the reactions, after the rooms' topics were locked.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from accounts.identity.people import user_topic
from chat.models import Message, Reaction
from chat.models.statements import Member, find_present
from chat.notices.drafts import reaction_draft, reaction_key
from notifications import services as notifications
from realtime.engine.sequences import lock

MOST_NOTIFIED = 10  # reactions of a message: a popular one must not fill its author's list


class ReactionNews(NamedTuple):
    """A reaction that was put on a message or taken back."""

    message: Message
    row: Reaction


def notify_of_reactions(news: Sequence[ReactionNews], members: Mapping[tuple[int, int], Member]) -> None:
    """Notify authors of reactions of others, and retract what is taken back. No query for one's own messages."""
    others = [each for each in news if each.message.author_id != each.row.user_id]
    if not others:
        return
    # All at once and in one order, to prevent a deadlock: each of the next calls locks only some of them.
    lock({user_topic(message.author_id) for message, _ in others})
    latest = {(message.pk, row.user_id): (message, row) for message, row in others}.values()
    gone = [(message.author_id, reaction_key(message.pk, row.user_id)) for message, row in latest if not row.active]
    notifications.retract_keys(gone)
    few = [each for each in latest if each[1].active and is_notified(each[0])]
    present = find_present({(message.room_id, message.author_id) for message, _ in few}) if few else set()
    notifications.notify_each(
        [
            reaction_draft(message, member.room, member.user, row.emoji)
            for message, row in few
            if (message.room_id, message.author_id) in present
            and (member := members.get((row.room_id, row.user_id))) is not None
        ]
    )


def is_notified(message: Message) -> bool:
    return sum(reaction["count"] for reaction in message.reactions or ()) <= MOST_NOTIFIED
