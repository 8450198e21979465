"""Changes of messages: edit and delete."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from chat.models import Message, Room
from chat.permissions import may, require
from chat.services.acting_roles import find_acting_role
from chat.services.attachments import FileDraft, change_files, clean_files, read_lines
from chat.services.locked_rooms import locked_room, read_membership
from chat.services.mentioned_members import find_mentioned, find_named
from chat.services.message_contents import drop_contents, set_content
from chat.services.message_notifications import update_notifications
from chat.states.events import event_of, room_topic
from chat.text.formatting import Rendered, render
from chat.text.typed_text import clean_text, one_line
from notifications import services as notifications
from realtime.engine.publish import publish
from realtime.engine.sequences import next_values
from realtime.shared.errors import Forbidden, Invalid, NotFound
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

REASON_CHARACTERS = 250
CHANGING_FIELDS = [
    *("text", "html", "files", "previews", "reactions", "reactions_seq", "everybody"),
    *("seq", "edited_at", "deleted_at", "deleted_by", "delete_reason"),
]


def edit_message(room_id: int, by, message_id: int, text: str, files: Sequence[FileDraft] | None = None) -> Message:
    """Give the user's own message another text, and other files unless they are None; the same ones change nothing.

    A file that is no longer among them is removed for good. Raises NotFound, Forbidden, Archived, Invalid, or
    Unavailable.
    """
    chosen = None if files is None else clean_files(files)
    lines = read_lines({file.key for file in chosen or ()})
    text = clean_text(text, may_be_empty=chosen is None or bool(chosen))
    people = find_named([(room_id, by.id, text)])[room_id, by.id] | find_mentioned(room_id, by, message_id)
    rendered = render(text, people)
    with transaction.atomic():
        room = locked_room(room_id)
        require(read_membership(room, by.id), "announce" if rendered.everybody else "post")
        message = find_text(room, message_id)
        if message.author_id != by.id:
            raise Forbidden(_("You can only edit your own messages."))
        if message.deleted_at is not None:
            raise NotFound
        if not (text or message.files or chosen):
            raise Invalid(_("Your message is empty."))
        has_other_files = chosen is not None and change_files(message, chosen, lines)
        if message.text != text or has_other_files:
            before = set(message.mention_ids), message.everybody
            message.text, message.edited_at = text, timezone.now()
            set_content(message, rendered)
            save_change(message)
            update_notifications(message, room, *before)
    return message


@transaction.atomic
def delete_message(room_id: int, by, message_id: int, reason: str = "", *, as_staff: bool = False) -> Message:
    """Delete the user's own message, or with the right any message. A deleted one stays as it is.

    The text and the files are removed for good. The row stays, with the deleting user, the time and the reason.
    Raises NotFound, Forbidden, or Invalid for a reason that is too long.
    """
    room = locked_room(room_id)
    role = find_acting_role(room, by, as_staff=as_staff)
    if role is None or not role.active:
        raise NotFound
    message = find_text(room, message_id)
    if not (as_staff or message.author_id == by.id or may(role, "delete_any")):
        raise Forbidden(_("You can only delete your own messages."))
    return erase(message, by, reason)


def erase(message: Message, by, reason: str) -> Message:
    if message.deleted_at is not None:
        return message
    message.delete_reason = one_line(reason)
    if len(message.delete_reason) > REASON_CHARACTERS:
        raise Invalid(
            fill_lazy(_("A reason has at most %(reason_characters)s characters."), reason_characters=REASON_CHARACTERS)
        )
    message.text, message.deleted_at, message.deleted_by_id = "", timezone.now(), by.id
    set_content(message, Rendered("", ()))
    drop_contents([message])
    save_change(message)
    notifications.retract([message])
    return message


def find_text(room: Room, message_id: int) -> Message:
    """Return a message that a user wrote. Raises NotFound, also for a system line: nobody may change one."""
    messages = Message.objects.filter(room=room, pk=message_id, kind=Message.Kind.TEXT).select_related("author")
    message = messages.first()
    if message is None:
        raise NotFound
    return message


def save_change(message: Message) -> None:
    """Number the change of a message, save and publish it. The room's topic must be locked."""
    topic = room_topic(message.room_id)
    message.seq = next_values({topic: 1})[topic][0]
    message.save(update_fields=CHANGING_FIELDS)
    publish([event_of(message)])


def save_changes(messages: Sequence[Message], fields: Sequence[str]) -> None:
    """Do the same with these fields of some messages of one room."""
    topic = room_topic(messages[0].room_id)
    for message, seq in zip(messages, next_values({topic: len(messages)})[topic], strict=True):
        message.seq = seq
    Message.objects.bulk_update(messages, fields)
    publish([event_of(message) for message in messages])
