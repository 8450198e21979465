"""Reactions: emoji that users put on messages and take back, many in one transaction."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import msgspec
from django.db import transaction

from chat.models import Message, Reaction, Room
from chat.models.statements import members_of
from chat.permissions import refusal
from chat.services.reaction_notifications import ReactionNews, notify_of_reactions
from chat.states.events import reaction_event, room_topic
from chat.text.emojis import clean_emoji
from realtime.engine.publish import publish
from realtime.engine.sequences import lock, number_each
from realtime.shared.errors import CommandError, Invalid, NotFound
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

MOST_KINDS = 20  # of emoji on a message: three lines on a phone, and an event or a state stays small
MOST_TRIED = 50  # by a user on a message, with those taken back: each stays as a row


class ReactionDraft(NamedTuple):
    """A user puts an emoji on a message (`on`), or takes it back."""

    room_id: int
    user_id: int
    message_id: int
    emoji: str
    on: bool


class Reacted(msgspec.Struct, frozen=True):
    """The seq of the last change of the message's reactions; 0 if it never had any. The reply to `reaction.set`."""

    seq: int


@transaction.atomic
def set_reactions(drafts: Sequence[ReactionDraft]) -> list[Reacted | CommandError]:
    """Put emoji on messages or take them back, and publish each change.

    Returns a Reacted or an error for each draft, in their order; a refused one does not stop the others. A draft that
    changes nothing is no error. The statements are as many for a hundred drafts as for one.
    """
    drafts = [draft._replace(emoji=clean_emoji(draft.emoji) or "") for draft in drafts]
    lock(room_topic(draft.room_id) for draft in drafts)
    judge = ReactionJudge(drafts)
    verdicts = [judge.decide(draft) for draft in drafts]
    judge.changes.save()
    notify_of_reactions(judge.changes.made, judge.members)
    return [v if isinstance(v, CommandError) else Reacted(v.reactions_seq or 0) for v in verdicts]


class ReactionJudge:
    """Decides on the drafts of one transaction, by facts that are read after the rooms were locked."""

    def __init__(self, drafts: Collection[ReactionDraft]) -> None:
        self.members = members_of({(draft.room_id, draft.user_id) for draft in drafts}).run()
        messages = Message.objects.filter(kind=Message.Kind.TEXT, deleted_at=None)
        self.messages = messages.in_bulk({draft.message_id for draft in drafts})
        rows = Reaction.objects.filter(message__in=self.messages, user__in={draft.user_id for draft in drafts})
        self.rows: dict[tuple[int, int], dict[str, Reaction]] = {}
        for row in rows:
            self.rows.setdefault((row.message_id, row.user_id), {})[row.emoji] = row
        self.changes = ReactionChanges()

    def decide(self, draft: ReactionDraft) -> Message | CommandError:
        """Return the message, changed if the draft changes it, or the error that refuses the draft."""
        message = self.messages.get(draft.message_id)
        if message is None or message.room_id != draft.room_id:
            return NotFound()
        if error := refusal(self.members.get((draft.room_id, draft.user_id)), "react"):
            return error
        if not draft.emoji:
            return Invalid(_("Choose one emoji as a reaction."))
        rows = self.rows.setdefault((draft.message_id, draft.user_id), {})
        row = rows.get(draft.emoji)
        if draft.on != (row is not None and row.active):
            if draft.on and (full := self.find_limit(message, draft.emoji, rows)):
                return full
            self.changes.add(message, rows.setdefault(draft.emoji, reaction_of(draft)), on=draft.on)
        return message

    def find_limit(self, message: Message, emoji: str, rows: Collection[str]) -> Invalid | None:
        """Return the error of the limit that a new reaction would exceed, or None."""
        kinds = {reaction["emoji"] for reaction in message.reactions or ()}
        if len(kinds) >= MOST_KINDS and emoji not in kinds:
            sentence = _("A message has at most %(most)s different reactions. Use one that is already there.")
            return Invalid(fill_lazy(sentence, most=MOST_KINDS))
        if len(rows) >= MOST_TRIED and emoji not in rows:
            sentence = _("You have already used %(most)s different reactions on this message. Use one of them again.")
            return Invalid(fill_lazy(sentence, most=MOST_TRIED))
        return None


def reaction_of(draft: ReactionDraft) -> Reaction:
    return Reaction(
        message_id=draft.message_id, user_id=draft.user_id, emoji=draft.emoji, active=False, room_id=draft.room_id
    )


class ReactionChanges:
    """Reactions that change in one transaction, in the order of their events. The rooms must be locked."""

    def __init__(self) -> None:
        self.made: list[ReactionNews] = []

    def add(self, message: Message, row: Reaction, *, on: bool) -> None:
        """Turn a reaction on or off, and count it in its message."""
        row.active = on
        message.reactions = counted(message.reactions or (), row.emoji, 1 if on else -1)
        self.made.append(ReactionNews(message, row))

    def save(self) -> None:
        """Number and store the changes, and publish them once the transaction commits."""
        if not self.made:
            return
        events = []
        seqs = number_each(room_topic(row.room_id) for _, row in self.made)
        for (message, row), seq in zip(self.made, seqs, strict=True):
            row.seq = message.reactions_seq = seq
            for reaction in message.reactions or ():
                if reaction["since"] is None and reaction["emoji"] == row.emoji:
                    reaction["since"] = seq
            events.append(reaction_event(row, message.reactions or ()))
        rows = list({id(row): row for _, row in self.made}.values())
        Reaction.objects.bulk_update([row for row in rows if row.pk is not None], ["active", "seq"])
        Reaction.objects.bulk_create([row for row in rows if row.pk is None])
        messages = {message.pk: message for message, _ in self.made}
        Message.objects.bulk_update(messages.values(), ["reactions", "reactions_seq"])
        publish(events)


def counted(reactions: Iterable[dict], emoji: str, change: int) -> list[dict]:
    """Return the reactions of a message after one emoji was put on it (1) or taken back (-1)."""
    found = {reaction["emoji"]: reaction for reaction in reactions}
    reaction = found.setdefault(emoji, {"emoji": emoji, "count": 0, "since": None})
    reaction["count"] += change
    return [reaction for reaction in found.values() if reaction["count"] > 0]


def take_back_reactions(room: Room, user_id: int, most: int) -> bool:
    """Take back the next reactions of a user in a locked room, and return whether there were any."""
    changes = ReactionChanges()
    rows = list(Reaction.objects.filter(room=room, user=user_id, active=True).order_by("pk")[:most])
    messages = Message.objects.in_bulk({row.message_id for row in rows})
    for row in rows:
        changes.add(messages[row.message_id], row, on=False)
    changes.save()
    notify_of_reactions(changes.made, {})
    return bool(rows)


def drop_reactions(messages: Iterable[Message]) -> None:
    """Remove all reactions of deleted messages. Saves no message, and takes no statement if there are none."""
    reacted = [message for message in messages if message.reactions_seq]
    for message in reacted:
        message.reactions = message.reactions_seq = None
    if reacted:
        Reaction.objects.filter(message__in=reacted).delete()
