"""The erasure of an account in rooms: memberships, messages, mentions, and system lines with the person's name."""

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.html import escape

from accounts.erasure import Progress
from accounts.models import Erasure
from chat.models import Membership, Mention, Message, Room
from chat.models.querysets import MessageQuerySet
from chat.services.attachments import remove_files, remove_unattached
from chat.services.changes import Change
from chat.services.erased_names import erase_in_line, without_author_of_title, without_mention, without_name
from chat.services.locked_rooms import locked_room
from chat.services.members import active_members, replace_owner
from chat.services.messages import CHANGING_FIELDS, drop_contents, save_changes
from chat.services.profiles import publish_profile
from chat.states.events import room_topic
from notifications import services as notifications
from notifications.models import Notification
from realtime.engine.sequences import lock
from realtime.shared.errors import NotFound

MESSAGES_A_STEP = 50  # each may have notified all members of the room
POSITIONS_A_STEP = 2_000  # of a room in which few messages have to change
ROWS_DELETED_A_STEP = 500
DELETE_REASON = "The account was erased."


def erase_from_rooms(erasure: Erasure, progress: Progress) -> bool:
    """Do the next step of an erasure in the chat, and return whether more is left (accounts/erasure.py)."""
    if not progress:
        progress |= {"rooms": find_rooms_of(erasure.user), "after": 0, "notification": 0}
        leave_rooms(erasure.user)
        remove_unattached(erasure.user)
        return True
    if progress["rooms"]:
        after = erase_in_room(erasure, progress["rooms"][0], progress["after"])
        progress["after"] = after or 0
        if after is None:
            del progress["rooms"][0]
        return True
    after = erase_in_titles(erasure, progress["notification"])
    progress["notification"] = after or 0
    return after is not None


def find_rooms_of(user) -> list[int]:
    """Return the rooms with a membership, message or mention of the user. Staff act in rooms without a membership."""
    rows = Membership.objects.filter(user=user), Message.objects.filter(author=user), Mention.objects.filter(user=user)
    return sorted(
        {room_id for each in rows for room_id in each.order_by().values_list("room_id", flat=True).distinct()}
    )


def leave_rooms(user) -> None:
    """Remove the user from all rooms but direct conversations, and publish their new profile to every room.

    A room whose last owner they were gets another owner. A room that is then empty is archived.
    """
    theirs = Membership.objects.filter(user=user.id)
    lock(room_topic(room_id) for room_id in theirs.values_list("room_id", flat=True))
    replace_owner(user)
    left = theirs.filter(active=True).exclude(room__kind=Room.Kind.DIRECT)
    rooms = list(left.order_by("room_id").values_list("room_id", flat=True))
    left.update(active=False, role=Membership.Role.MEMBER)
    publish_profile(user)
    for room in Room.objects.filter(pk__in=rooms, archived_at=None).order_by("pk"):
        if not active_members(room.pk).exists():
            change = Change(room)
            room.archived_at = timezone.now()
            change.room_itself()
            change.commit()


def erase_in_room(erasure: Erasure, room_id: int, after: int) -> int | None:
    """Change the next messages of a room. Return the posted_seq to continue after; None when the room is done."""
    try:
        room = locked_room(room_id)
    except NotFound:
        return None
    if is_nobody_elses(room):
        return delete_some_messages(room)
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


def erase_in_titles(erasure: Erasure, after: int) -> int | None:
    """Replace the person's name in the next titles of others' notifications. Returns where to continue, or None."""
    conversations = Room.objects.filter(kind=Room.Kind.DIRECT, memberships__user=erasure.user_id)
    topics = {room_topic(room_id) for room_id in conversations.values_list("pk", flat=True)}
    others = Membership.objects.filter(room__in=conversations).values("user")
    found = Notification.objects.filter(Q(actor=erasure.user_id) | Q(user__in=others, group__in=topics))

    def rewritten(row: Notification) -> str:
        title = row.title
        if row.actor_id == erasure.user_id:
            title = without_author_of_title(title, erasure.names)
        return without_name(title, erasure.names) if row.group in topics else title

    return notifications.rewrite_titles(found, rewritten, after)
