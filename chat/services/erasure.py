"""The erasure of an account in rooms: memberships, messages, mentions, and system lines with the person's name."""

from django.db.models import Q
from django.utils import timezone

from accounts.erasure import Progress
from accounts.models import Erasure
from chat.models import InvitationLink, Membership, Mention, Message, Reaction, Room
from chat.services.attachments import remove_unattached
from chat.services.changes import Change
from chat.services.erased_messages import erase_in_room
from chat.services.erased_names import without_author_of_title, without_name
from chat.services.members import active_members, replace_owner
from chat.services.profiles import publish_profile
from chat.states.events import room_topic
from notifications import services as notifications
from notifications.models import Notification
from realtime.engine.sequences import lock


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
    """Return the rooms with something of the user in them. Staff act in rooms without a membership."""
    tables = (Membership, "user"), (Message, "author"), (Mention, "user"), (Reaction, "user")
    rows = [model.objects.filter(**{name: user}) for model, name in tables]
    return sorted(
        {room_id for each in rows for room_id in each.order_by().values_list("room_id", flat=True).distinct()}
    )


def leave_rooms(user) -> None:
    """Remove the user from all rooms but direct conversations, and publish their new profile. Their invitations end.

    A room whose last owner they were gets another owner. A room that is then empty is archived.
    """
    theirs = Membership.objects.filter(user=user.id)
    lock(room_topic(room_id) for room_id in theirs.values_list("room_id", flat=True))
    replace_owner(user)
    InvitationLink.objects.filter(by=user.id).delete()
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
