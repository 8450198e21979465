"""Changes of memberships: join, invite, leave, remove, and set a role."""

from django.db import transaction
from django.db.models import Case, QuerySet, When
from django.utils import timezone

from chat.errors import Archived
from chat.models import Membership, Room
from chat.permissions import outranks, require
from chat.services.acting_roles import find_acting_role
from chat.services.changes import Change
from chat.services.locked_rooms import find_people, locked_room, read_membership
from chat.services.message_notifications import notify_invited
from chat.states.events import room_topic
from notifications import services as notifications
from realtime.shared.errors import Forbidden, Invalid, NotFound
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

PEOPLE_AN_INVITATION = 100

OWNER_NEEDED = _("A room needs an owner. Make someone else an owner first.")
ROLE_ACTIONS: dict[str, str] = {
    Membership.Role.OWNER: "made_owner",
    Membership.Role.MODERATOR: "made_moderator",
    Membership.Role.MEMBER: "made_member",
}
LAST_OWNER = _("You're the only owner. Choose a new owner before you leave.")


@transaction.atomic
def join(room: Room, user) -> Membership:
    """Join a public room; a member stays as they are. Raises NotFound or Archived."""
    room = locked_room(room.pk)
    membership = read_membership(room, user.id)
    if membership is not None and membership.active:
        return membership
    if room.kind != Room.Kind.PUBLIC:
        raise NotFound
    if room.archived_at is not None:
        raise Archived
    membership = enter(membership, room, user)
    change = Change(room)
    change.line(user, "joined")
    change.newcomer(membership)
    change.commit()
    return membership


@transaction.atomic
def invite(room: Room, by, users, *, as_staff: bool = False) -> list[Membership]:
    """Add users to a room, and return the new memberships: members stay as they are.

    Raises NotFound, Forbidden, Archived, or Invalid for too many at once.
    """
    room = locked_room(room.pk)
    require(find_acting_role(room, by, as_staff=as_staff), "invite")
    if len(users) > PEOPLE_AN_INVITATION:
        raise Invalid(
            fill_lazy(
                _("You can invite at most %(people_an_invitation)s people at once."),
                people_an_invitation=PEOPLE_AN_INVITATION,
            )
        )
    invited = find_people(user.id for user in users)
    known = {member.user_id: member for member in Membership.objects.filter(room=room, user__in=invited)}
    people = [user for user in invited if user.id not in known or not known[user.id].active]
    if not people:
        return []
    change = Change(room)
    change.line(by, "added", people=people)
    newcomers = [enter(known.get(user.id), room, user) for user in people]
    for membership in newcomers:
        change.newcomer(membership)
    change.commit()
    notify_invited(room, by, newcomers)
    return newcomers


@transaction.atomic
def leave(room: Room, user, hand_over_to=None) -> None:
    """Leave a room. Its last owner chooses a new owner; a room that becomes empty is archived.

    Raises NotFound, or Forbidden for a direct conversation and for a last owner without a successor.
    """
    room = locked_room(room.pk)
    membership = read_membership(room, user.id)
    if membership is None or not membership.active:
        raise NotFound
    if room.kind == Room.Kind.DIRECT:
        raise Forbidden(_("You can't leave a direct conversation."))
    change = Change(room)
    if is_last_owner(membership):
        hand_over_room(change, membership, hand_over_to)
    change.line(user, "left")
    end_membership(change, membership)


@transaction.atomic
def remove_member(room: Room, by, user, *, as_staff: bool = False) -> None:
    """Remove a member from a room. Raises NotFound, Forbidden, or Archived."""
    room = locked_room(room.pk)
    own = require(find_acting_role(room, by, as_staff=as_staff), "remove")
    membership = read_membership(room, user.id)
    if membership is None or not membership.active:
        raise NotFound
    if not as_staff and not outranks(own, membership):
        raise Forbidden(_("You can only remove members with a lower role than yours."))
    if is_last_owner(membership):
        raise Forbidden(OWNER_NEEDED)
    change = Change(room)
    change.line(by, "removed", people=[membership.user])
    end_membership(change, membership)


@transaction.atomic
def set_role(room: Room, by, user, role: str, *, as_staff: bool = False) -> Membership:
    """Give a member another role. Raises NotFound, Forbidden, Archived, or Invalid for an unknown role."""
    room = locked_room(room.pk)
    require(find_acting_role(room, by, as_staff=as_staff), "set_role")
    membership = read_membership(room, user.id)
    if membership is None or not membership.active:
        raise NotFound
    if role not in Membership.Role.values:
        raise Invalid(_("Choose a role from the list."))
    if membership.role == role:
        return membership
    if role == Membership.Role.OWNER and not membership.user.is_active:
        raise Invalid(_("This account is deactivated. Choose someone else."))
    if is_last_owner(membership):
        raise Forbidden(OWNER_NEEDED)
    change = Change(room)
    take_role(change, by, membership, role)
    change.commit()
    return membership


def enter(membership: Membership | None, room: Room, user) -> Membership:
    """Return an active membership of the user: a new row, or their earlier one, with the role of a member."""
    membership = membership or Membership(room=room)
    membership.user, membership.active, membership.role = user, True, Membership.Role.MEMBER
    membership.joined_at = timezone.now()
    return membership


def end_membership(change: Change, membership: Membership) -> None:
    """End a membership, commit the change, and retract the user's notifications that they may no longer see.

    Their level of the room is deleted: if they join again, the default applies.
    """
    membership.active, membership.role = False, Membership.Role.MEMBER
    change.member(membership)
    group = room_topic(change.room.pk)
    change.commit()
    notifications.leave_group(membership.user_id, group)
    if change.room.kind == Room.Kind.PRIVATE:
        notifications.retract_group(membership.user_id, group)


def hand_over_room(change: Change, membership: Membership, successor) -> None:
    """Make `successor` an owner in place of the last one. Archive the room if it has no other member."""
    others = active_members(change.room.pk).exclude(pk=membership.pk)
    if not others.exists():
        if change.room.archived_at is None:
            change.room.archived_at = timezone.now()
            change.room_itself()
        return
    chosen = successor and others.filter(user=successor.id).select_related("user").first()
    if not chosen:
        raise Forbidden(LAST_OWNER)
    take_role(change, membership.user, chosen, Membership.Role.OWNER)


def take_role(change: Change, by, membership: Membership, role: str) -> None:
    membership.role = role
    change.line(by, ROLE_ACTIONS[role], people=[membership.user])
    change.member(membership)


def is_last_owner(membership: Membership) -> bool:
    owners = active_members(membership.room_id).filter(role=Membership.Role.OWNER).exclude(pk=membership.pk)
    return membership.role == Membership.Role.OWNER and not owners.exists()


def active_members(room_id: int) -> QuerySet[Membership]:
    """Return the members of a room whose accounts are active."""
    return Membership.objects.filter(room=room_id, active=True, user__is_active=True)


def find_successors(membership: Membership) -> QuerySet[Membership]:
    """Return the possible successors of the last owner, moderators first. Empty if there is another owner."""
    if not is_last_owner(membership):
        return Membership.objects.none()
    others = active_members(membership.room_id).exclude(pk=membership.pk).select_related("user")
    return others.order_by(Case(When(role=Membership.Role.MODERATOR, then=0), default=1), "joined_at", "pk")


def replace_owner(user) -> None:
    """Give a new owner to each room whose only owner is this deactivated user, in the caller's transaction."""
    owned = Membership.objects.filter(user=user.id, active=True, role=Membership.Role.OWNER)
    for membership in owned.order_by("room_id"):
        room = locked_room(membership.room_id)
        successor = find_successors(membership).first()
        if successor is None:
            continue
        successor.room, successor.role = room, Membership.Role.OWNER
        change = Change(room)
        change.line(successor.user, "became_owner")
        change.member(successor)
        change.commit()
