"""Post messages, many in one transaction."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from chat.events import event_of, room_feed
from chat.formatting import Rendered, render
from chat.models import Membership, Mention, Message
from chat.permissions import refusal
from chat.querysets import pairs_in
from chat.services.finding import lock
from chat.services.messages import mention_rows
from chat.services.naming import find_named
from chat.text import clean_text
from realtime.errors import CommandError, Conflict, Invalid, Unavailable
from realtime.publish import publish
from realtime.sequences import next_values


class Draft(NamedTuple):
    """A message as its author sent it. `key`: the client's own id for it, one for ever."""

    room_id: int
    author_id: int
    key: UUID
    text: str
    created_at: datetime | None = None


class Posted(NamedTuple):
    """Where a message stands: its id and its `posted_seq`."""

    id: int
    seq: int


class Copy(NamedTuple):
    """A draft with its text clean and rendered."""

    draft: Draft
    text: str
    rendered: Rendered


Result = Posted | CommandError


def post_messages(drafts: Sequence[Draft]) -> list[Result]:
    """Post these drafts in their order, and return what became of each: where it stands, or why not.

    All in one transaction, which commits what is not refused. A key that its author has used before gives
    the first answer again, or Conflict where room or text are others. The text of a message that was edited or
    deleted since is gone, so there the room alone is compared.
    """
    copies = prepare(drafts)
    try:
        return write(copies)
    except IntegrityError:
        # Another process has just used one of the keys. Alone, each draft finds the row that was in its way.
        return [write_alone(copy) for copy in copies]


def prepare(drafts: Sequence[Draft]) -> list[Copy | CommandError]:
    """Clean and render the texts, before any lock is held; a text that is refused gives its error."""
    cleaned = [clean(draft.text) for draft in drafts]
    texts = [(draft.room_id, text) for draft, text in zip(drafts, cleaned, strict=True) if isinstance(text, str)]
    named = find_named(texts)
    return [
        Copy(draft, text, render(text, named.get(draft.room_id, {}))) if isinstance(text, str) else text
        for draft, text in zip(drafts, cleaned, strict=True)
    ]


def clean(text: str) -> str | Invalid:
    try:
        return clean_text(text)
    except Invalid as error:
        return error


def write_alone(copy: Copy | CommandError) -> Result:
    try:
        return write([copy])[0]
    except IntegrityError:
        return Unavailable()


@transaction.atomic
def write(copies: Sequence[Copy | CommandError]) -> list[Result]:
    """Judge what may be posted, number it, store it, and publish it after the commit."""
    drafts = [copy.draft for copy in copies if isinstance(copy, Copy)]
    lock({room_feed(draft.room_id) for draft in drafts})
    judge = Judge(drafts)
    verdicts = [judge(copy) if isinstance(copy, Copy) else copy for copy in copies]
    store(judge.messages)
    return [Posted(v.pk, v.posted_seq) if isinstance(v, Message) else v for v in verdicts]


class Judge:
    """What decides on the drafts of one transaction, read in two queries after the rooms were locked.

    `messages`: those to be stored, by author and key.
    """

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self.now = timezone.now()
        self.known = {(m.author_id, m.key): m for m in find_posted(drafts)}
        self.members = {(m.room_id, m.user_id): m for m in find_members(drafts)}
        self.messages: dict[tuple[int, UUID], Message] = {}

    def __call__(self, copy: Copy) -> Message | CommandError:
        """Return the message that this draft is, was already, or is to become; or why it is refused."""
        draft = copy.draft
        name = (draft.author_id, draft.key)
        before = self.known.get(name) or self.messages.get(name)
        if before is not None:
            return before if is_same(before, copy) else Conflict()
        member = self.members.get((draft.room_id, draft.author_id))
        if error := refusal(member, "post"):
            return error
        return self.messages.setdefault(name, self.message(copy, member))

    def message(self, copy: Copy, member: Membership) -> Message:
        draft = copy.draft
        message = Message(
            room_id=draft.room_id,
            author=member.user,
            key=draft.key,
            text=copy.text,
            html=copy.rendered.html,
            created_at=draft.created_at or self.now,
        )
        message.mention_ids = sorted(set(copy.rendered.mentions) - {draft.author_id})
        return message


def find_posted(drafts: Sequence[Draft]) -> list[Message]:
    """Return what was posted with these keys before."""
    keys = pairs_in("author_id", "key", {(draft.author_id, draft.key) for draft in drafts})
    return list(Message.objects.filter(keys))


def find_members(drafts: Sequence[Draft]) -> list[Membership]:
    """Return the places of these authors in these rooms, rooms and people loaded."""
    places = pairs_in("room_id", "user_id", {(draft.room_id, draft.author_id) for draft in drafts})
    return list(Membership.objects.filter(places, user__is_active=True).select_related("room", "user"))


def is_same(message: Message, copy: Copy) -> bool:
    changed = message.edited_at is not None or message.deleted_at is not None
    return message.room_id == copy.draft.room_id and (changed or message.text == copy.text)


def store(messages: dict[tuple[int, UUID], Message]) -> None:
    """Number these messages in their order, insert them with their mentions, and publish them."""
    rows = list(messages.values())
    numbers = next_values(Counter(room_feed(message.room_id) for message in rows))
    counters = {feed: iter(seqs) for feed, seqs in numbers.items()}
    for message in rows:
        message.seq = message.posted_seq = next(counters[room_feed(message.room_id)])
    Message.objects.bulk_create(rows)
    Mention.objects.bulk_create([mention for message in rows for mention in mention_rows(message)])
    publish([event_of(message, by=message.author_id) for message in rows])
