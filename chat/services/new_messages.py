"""The posting of messages, many in one transaction."""

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from chat.errors import Conflict
from chat.models import Mention, Message
from chat.models.statements import PostFacts, RoomFacts, UsedKey, insertion, post_facts
from chat.permissions import refusal
from chat.services.attachments import Claimed, attach, claim_files, files_data, is_same_choice, lock_files
from chat.services.message_drafts import Copy, MessageDraft, prepare
from chat.services.message_notifications import find_audience, listeners_of, notify_of_posts
from chat.services.message_previews import find_linking, request_previews
from chat.states.events import event_of, room_topic
from notifications.services import GroupListeners
from realtime.engine.publish import publish
from realtime.engine.sequences import locked, number_locked
from realtime.shared.database_errors import is_lock_timeout, is_outage, is_unique_violation, translate
from realtime.shared.errors import CommandError, Internal, NotFound, Unavailable
from realtime.shared.statements import run_last, run_together
from realtime.shared.texts import lazy_text as _

logger = logging.getLogger(__name__)

SHORT_LOCK_MILLISECONDS = 100


class Posted(msgspec.Struct, frozen=True):
    """The id of a stored message, and its `posted_seq`. This is the reply to `message.post`."""

    id: int
    seq: int


Result = Posted | CommandError


def post_messages(drafts: Sequence[MessageDraft | Copy]) -> list[Result]:
    """Post these drafts in their order, in one transaction, and return a Posted or an error for each.

    A long text may be prepared before (Copy), so that others need not wait for its rendering.
    A refused draft does not stop the others. A key that its author has used before gives the first result again, or
    Conflict if the room, the text or the files differ. If that message was edited or deleted since, its first text is
    gone, and only the room is compared.
    """
    prepared = iter(prepare([draft for draft in drafts if isinstance(draft, MessageDraft)]))
    copies = [next(prepared) if isinstance(draft, MessageDraft) else draft for draft in drafts]
    try:
        return write_messages(copies)
    except IntegrityError:
        # Another process has just used one of the keys. Written alone, each draft finds the row of its key.
        return [write_alone(copy) for copy in copies]
    except OperationalError as error:
        if not is_lock_timeout(error):
            raise
        return write_by_room(copies)


def write_by_room(copies: Sequence[Copy | CommandError]) -> list[Result]:
    """Write the messages of each room apart, with a short wait for its lock: a locked room must not stop the others."""
    results: dict[int, Result] = {}
    rooms: dict[int, list[int]] = {}
    for index, copy in enumerate(copies):
        if isinstance(copy, CommandError):
            results[index] = copy
        else:
            rooms.setdefault(copy.draft.room_id, []).append(index)
    for indexes in rooms.values():
        some = [copies[index] for index in indexes]
        results.update(zip(indexes, write_impatiently(some), strict=True))
    return [results[index] for index in range(len(copies))]


def write_impatiently(copies: Sequence[Copy | CommandError]) -> Sequence[Result]:
    try:
        return write_messages(copies, lock_milliseconds=SHORT_LOCK_MILLISECONDS)
    except IntegrityError:
        return [write_alone(copy) for copy in copies]
    except DatabaseError as error:
        if not is_outage(error):
            raise
        return [translate(error)] * len(copies)


def write_alone(copy: Copy | CommandError) -> Result:
    try:
        return write_messages([copy])[0]
    except DatabaseError as error:
        return explain_database_error(error)


def explain_database_error(error: DatabaseError) -> CommandError:
    """Return the error for one author. Never raises: the messages before are stored, and must not be refused, too."""
    if is_unique_violation(error):
        return Unavailable(_("Your message wasn't stored because of another change at the same moment. Try again."))
    if is_outage(error):
        return translate(error)
    logger.error("A message could not be stored", exc_info=error)
    return Internal()


def write_messages(copies: Sequence[Copy | CommandError], lock_milliseconds: int | None = None) -> list[Result]:
    """Check the drafts, number and store the messages, and publish them after the commit.

    `lock_milliseconds`: how long to wait for a lock (PostgreSQL), if not as long as the connection does.
    """
    with transaction.atomic():
        if lock_milliseconds is not None:
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = {lock_milliseconds}")
        verdicts = judge_and_store(copies)
    # A message has its id once it is committed.
    return [v if isinstance(v, CommandError) else Posted(v.pk, v.posted_seq) for v in verdicts]


def judge_and_store(copies: Sequence[Copy | CommandError]) -> list[UsedKey | Message | CommandError]:
    drafts = [copy.draft for copy in copies if isinstance(copy, Copy)]
    heads, facts, listeners = run_together(
        locked(room_topic(draft.room_id) for draft in drafts),
        post_facts({(draft.room_id, draft.author_id, draft.key) for draft in drafts}),
        listeners_of({draft.room_id for draft in drafts}),
    )
    with_files = [copy.files for copy in copies if isinstance(copy, Copy) and copy.files]
    if len(with_files) > 1:
        lock_files([file.key for files in with_files for file in files])
    judge = Judge(facts)
    verdicts = [judge.decide(copy) if isinstance(copy, Copy) else copy for copy in copies]
    if judge.messages:
        store_messages(list(judge.messages.values()), judge.rooms, heads, listeners, judge.claimed)
    return verdicts


class Judge:
    """Decides on the drafts of one transaction, by facts that were read after the rooms were locked.

    `messages`: the messages to be stored, by author and key; `claimed`: the files of those that have any.
    """

    def __init__(self, facts: PostFacts) -> None:
        self.now = timezone.now()
        self.used, self.members = facts
        self.messages: dict[tuple[int, UUID], Message] = {}
        self.claimed: Claimed = {}

    @property
    def rooms(self) -> dict[int, RoomFacts]:
        return {room_id: member.room for (room_id, _), member in self.members.items()}

    def decide(self, copy: Copy) -> UsedKey | Message | CommandError:
        """Return the message that this draft has become before or becomes now, or the error that refuses it."""
        draft = copy.draft
        name = (draft.author_id, draft.key)
        before = self.used.get(name) or self.messages.get(name)
        if before is not None:
            return before if is_same(before, copy) else Conflict()
        member = self.members.get((draft.room_id, draft.author_id))
        if member is None:
            return NotFound()
        # The right to use @room was checked before, to render the text, but then the room was not locked.
        if error := refusal(member, "announce" if copy.rendered.everybody else "post"):
            return error
        message = new_message(copy, member.user, self.now)
        if copy.files:
            try:
                stored = self.claimed[name] = claim_files(draft.author_id, copy.files)
            except CommandError as error:
                return error
            message.files = files_data(stored, copy.files, copy.lines)
        return self.messages.setdefault(name, message)


def is_same(before: UsedKey | Message, copy: Copy) -> bool:
    if before.room_id != copy.draft.room_id:
        return False
    if isinstance(before, UsedKey):
        return before.changed or has_content(before.text, json.loads(before.files or "[]"), copy)
    return has_content(before.text, before.files, copy)


def has_content(text: str, files: list[dict] | None, copy: Copy) -> bool:
    return text == copy.text and is_same_choice(files, copy.files)


# A model's __init__ takes longer than all work of the database for a post; `from_db` takes a third of it.
COLUMNS = {field.attname: field.get_default() for field in Message._meta.concrete_fields}


def new_message(copy: Copy, author, now: datetime) -> Message:
    draft = copy.draft
    columns = COLUMNS | {
        "room_id": draft.room_id,
        "author_id": draft.author_id,
        "key": draft.key,
        "text": copy.text,
        "html": copy.rendered.html,
        "everybody": copy.rendered.everybody,
        "created_at": draft.created_at or now,
    }
    message = Message.from_db(None, list(columns), list(columns.values()))
    message.author = author
    message.mention_ids = sorted(set(copy.rendered.mentions) - {draft.author_id})
    return message


def store_messages(
    messages: Sequence[Message],
    rooms: Mapping[int, RoomFacts],
    heads: Mapping[str, int],
    listeners: Mapping[str, GroupListeners],
    claimed: Claimed,
) -> None:
    """Number these messages in their order, insert them with mentions and files, publish them, and notify users.

    `heads`: the heads of the locked topics, as far as they are known. `claimed`: files, by author and key.
    """
    seqs, moving_on = number_locked([room_topic(message.room_id) for message in messages], heads)
    for message, seq in zip(messages, seqs, strict=True):
        message.seq = message.posted_seq = seq

    def publish_posts(results: Sequence[Any]) -> None:
        _, ids = results
        for message in messages:
            message.pk = ids[message.room_id, message.posted_seq]
        publish([event_of(message, by=message.author_id) for message in messages])

    audience = find_audience(messages, rooms, listeners)
    named = [message for message in messages if message.mention_ids]
    linking = find_linking(messages)
    if not named and not linking and not claimed and not any(audience.reasons):
        run_last(moving_on, insertion(messages), then=publish_posts)
        return
    publish_posts(run_together(moving_on, insertion(messages)))
    if named:
        Mention.objects.bulk_create([mention for message in named for mention in message.mention_rows()])
    if claimed:
        attach([(message, claimed[message.author_id, message.key]) for message in messages if message.files])
    request_previews(linking)
    notify_of_posts(messages, rooms, audience)
