"""The erasure of an account in one room: its messages, mentions and reactions, and system lines with its name."""

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.html import escape

from accounts.models import Erasure
from chat.models import Membership, Mention, Message, Room
from chat.models.querysets import MessageQuerySet
from chat.services.attachments import remove_files
from chat.services.erased_names import erase_in_line, without_mention
from chat.services.locked_rooms import locked_room
from chat.services.message_contents import drop_contents
from chat.services.messages import CHANGING_FIELDS, save_changes
from chat.services.reactions import take_back_reactions
from notifications import services as notifications
from realtime.shared.errors import NotFound

MESSAGES_A_STEP = 50  # each may have notified all members of the room
POSITIONS_A_STEP = 2_000  # of a room in which few messages have to change
ROWS_DELETED_A_STEP = 500
DELETE_REASON = "The account was erased."


def erase_in_room(erasure: Erasure, room_id: int, after: int) -> int | None:
    """Change the next messages of a room. Return the posted_seq to continue after; None when the room is done."""
    try:
        room = locked_room(room_id)
    except NotFound:
        return None
    if is_nobody_elses(room):
        return delete_some_messages(room)
    if erasure.with_messages and take_back_reactions(room, erasure.user_id, MESSAGES_A_STEP):
        return after
    end = after + POSITIONS_A_STEP
    found = concerning(erasure).filter(room=room, posted_seq__gt=after, posted_seq__lte=end)
    messages = list(found.with_people().order_by("posted_seq")[:MESSAGES_A_STEP])
    save_erased([message for message in messages if erase_from(message, erasure)], erasure.user_id)
    if len(messages) == MESSAGES_A_STEP:
        return messages[-1].posted_seq
    return end if end < room.seq else None


def is_nobody_elses(room: Room) -> bool:
    """Return whether a room that is not public was only ever used by accounts that are erased: nobody can see it."""
    others = Membership.objects.filter(room=room, user__erased_at=None)
    return room.kind != Room.Kind.PUBLIC and not others.exists()


def delete_some_messages(room: Room) -> int | None:
    """Delete the next messages of a room, and at last the room. Returns like erase_in_room."""
    ids = list(room.messages.values_list("pk", flat=True)[:ROWS_DELETED_A_STEP])
    remove_files(Message.objects.filter(pk__in=ids, files__isnull=False))
    Message.objects.filter(pk__in=ids).delete()
    if len(ids) == ROWS_DELETED_A_STEP:
        return 0
    room.delete()
    return None


def concerning(erasure: Erasure) -> MessageQuerySet:
    """Return the messages that may have to change."""
    user = erasure.user
    by_them = Q(author=user)
    named = by_them
    for name in erasure.names:
        named |= Q(html__contains=escape(name))
    mentioned = Q(Exists(Mention.objects.filter(message=OuterRef("pk"), user=user)))
    naming_themselves = by_them & Q(html__contains=f'data-user="{user.pk}"')  # which is not stored as a mention
    wanted = (Q(kind=Message.Kind.SYSTEM) & named) | mentioned | naming_themselves
    if erasure.with_messages:
        wanted |= by_them & Q(kind=Message.Kind.TEXT, deleted_at=None)
    return Message.objects.filter(wanted)


def erase_from(message: Message, erasure: Erasure) -> bool:
    """Remove the person from a message without saving it, and return whether that changed it."""
    before = message.html, message.line, message.deleted_at, message.mention_ids
    is_theirs = message.author_id == erasure.user_id
    if message.kind == Message.Kind.SYSTEM:
        erase_in_line(message, erasure)
    elif is_theirs and erasure.with_messages:
        if message.deleted_at is None:
            message.deleted_at, message.delete_reason = timezone.now(), DELETE_REASON
        message.text, message.html, message.everybody, message.mention_ids = "", "", False, []
    else:
        message.html = without_mention(message.html, erasure.user_id)
        message.mention_ids = [user_id for user_id in message.mention_ids if user_id != erasure.user_id]
    return (message.html, message.line, message.deleted_at, message.mention_ids) != before


def save_erased(messages: list[Message], user_id: int) -> None:
    """Save and publish these changes of a room's messages. The room's topic must be locked."""
    if not messages:
        return
    deleted = [message for message in messages if message.deleted_at]
    drop_contents(deleted)
    save_changes(messages, [*CHANGING_FIELDS, "line"])
    Mention.objects.filter(Q(message__in=deleted) | Q(message__in=messages, user=user_id)).delete()
    notifications.retract(deleted)
