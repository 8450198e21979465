"""Who is in a room: come in, go, be asked in or out, take another role."""

from django.db import transaction
from django.db.models import Case, QuerySet, When
from django.utils import timezone
from django.utils.html import format_html

from accounts.names.bidi_isolation import isolate
from chat.errors import Archived
from chat.models import Membership, Room
from chat.permissions import outranks, require
from chat.services.acting_roles import place_of
from chat.services.changes import Change
from chat.services.locked_rooms import find_membership, find_people, locked_room
from chat.services.message_notifications import tell_of_invitation
from chat.states.events import room_feed
from notifications import services as notifications
from realtime.shared.errors import Forbidden, Invalid, NotFound
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

PEOPLE_AN_INVITATION = 100

OWNER_NEEDED = _("A room needs an owner. Make somebody else an owner first.")
OWNER_REPLACED = "{} is now an owner because the last owner's account was deactivated"
LAST_OWNER = _("You are the last owner. Hand the room over to somebody before you go.")


@transaction.atomic
def join(room: Room, user) -> Membership:
    """Enter a public room; who is in already stays as they are. Raises NotFound or Archived."""
    room = locked_room(room.pk)
    membership = find_membership(room, user.id)
    if membership is not None and membership.active:
        return membership
    if room.kind != Room.Kind.PUBLIC:
        raise NotFound
    if room.archived_at is not None:
        raise Archived
    membership = enter(membership, room, user)
    change = Change(room)
    change.line(user, format_html("{} joined the room", isolate(user.name)))
    change.newcomer(membership)
    change.commit()
    return membership


@transaction.atomic
def invite(room: Room, by, users, *, as_staff: bool = False) -> list[Membership]:
    """Let people into a room, and return the memberships of those who were not in yet.

    Raises NotFound, Forbidden, Archived, or Invalid for too many at once.
    """
    room = locked_room(room.pk)
    require(place_of(room, by, as_staff=as_staff), "invite")
    if len(users) > PEOPLE_AN_INVITATION:
        raise Invalid(
            fill_lazy(
                _("Invite at most %(people_an_invitation)s people at once."), people_an_invitation=PEOPLE_AN_INVITATION
            )
        )
    invited = find_people(user.id for user in users)
    known = {member.user_id: member for member in Membership.objects.filter(room=room, user__in=invited)}
    people = [user for user in invited if user.id not in known or not known[user.id].active]
    if not people:
        return []
    change = Change(room)
    change.line(by, format_html("{} added {}", isolate(by.name), names(people)))
    newcomers = [enter(known.get(user.id), room, user) for user in people]
    for membership in newcomers:
        change.newcomer(membership)
    change.commit()
    tell_of_invitation(room, by, newcomers)
    return newcomers


@transaction.atomic
def leave(room: Room, user, hand_over_to=None) -> None:
    """Leave a room. Its last owner says who takes over; whoever is alone in it archives it by leaving.

    Raises NotFound, or Forbidden for a direct conversation and for a last owner who hands over to nobody.
    """
    room = locked_room(room.pk)
    membership = find_membership(room, user.id)
    if membership is None or not membership.active:
        raise NotFound
    if room.kind == Room.Kind.DIRECT:
        raise Forbidden(_("A direct conversation stays as it is."))
    change = Change(room)
    if is_last_owner(membership):
        give_away(change, membership, hand_over_to)
    change.line(user, format_html("{} left the room", isolate(user.name)))
    go_out(change, membership)


@transaction.atomic
def remove_member(room: Room, by, user, *, as_staff: bool = False) -> None:
    """Take somebody out of a room. Raises NotFound, Forbidden, or Archived."""
    room = locked_room(room.pk)
    own = require(place_of(room, by, as_staff=as_staff), "remove")
    membership = find_membership(room, user.id)
    if membership is None or not membership.active:
        raise NotFound
    if not as_staff and not outranks(own, membership):
        raise Forbidden(_("Only somebody with a higher role may remove them."))
    if is_last_owner(membership):
        raise Forbidden(OWNER_NEEDED)
    change = Change(room)
    change.line(by, format_html("{} removed {}", isolate(by.name), isolate(membership.user.name)))
    go_out(change, membership)


@transaction.atomic
def set_role(room: Room, by, user, role: str, *, as_staff: bool = False) -> Membership:
    """Give a member another role. Raises NotFound, Forbidden, Archived, or Invalid for a role there is not."""
    room = locked_room(room.pk)
    require(place_of(room, by, as_staff=as_staff), "set_role")
    membership = find_membership(room, user.id)
    if membership is None or not membership.active:
        raise NotFound
    if role not in Membership.Role.values:
        raise Invalid(_("Choose a role from the list."))
    if membership.role == role:
        return membership
    if role == Membership.Role.OWNER and not membership.user.is_active:
        raise Invalid(_("This account is deactivated. Choose somebody else."))
    if is_last_owner(membership):
        raise Forbidden(OWNER_NEEDED)
    change = Change(room)
    take_role(change, by, membership, role)
    change.commit()
    return membership


def enter(membership: Membership | None, room: Room, user) -> Membership:
    """Return the row of somebody who comes in: a new one, or the one they left behind, as a plain member."""
    membership = membership or Membership(room=room)
    membership.user, membership.active, membership.role = user, True, Membership.Role.MEMBER
    membership.joined_at = timezone.now()
    return membership


def go_out(change: Change, membership: Membership) -> None:
    """Commit a change with which somebody goes, and take back what they were told and may not see any more.

    What they wanted to hear of the room is forgotten: who comes back hears the usual.
    """
    membership.active, membership.role = False, Membership.Role.MEMBER
    change.member(membership)
    group = room_feed(change.room.pk)
    change.commit()
    notifications.leave_group(membership.user_id, group)
    if change.room.kind == Room.Kind.PRIVATE:
        notifications.retract_group(membership.user_id, group)


def give_away(change: Change, membership: Membership, heir) -> None:
    """Make `heir` an owner in place of the last one; archive the room where nobody else is in it."""
    others = active_members(change.room.pk).exclude(pk=membership.pk)
    if not others.exists():
        if change.room.archived_at is None:
            change.room.archived_at = timezone.now()
            change.room_itself()
        return
    chosen = heir and others.filter(user=heir.id).select_related("user").first()
    if not chosen:
        raise Forbidden(LAST_OWNER)
    take_role(change, membership.user, chosen, Membership.Role.OWNER)


def take_role(change: Change, by, membership: Membership, role: str) -> None:
    membership.role = role
    article = "an" if role == Membership.Role.OWNER else "a"
    change.line(by, format_html("{} made {} {} {}", isolate(by.name), isolate(membership.user.name), article, role))
    change.member(membership)


def is_last_owner(membership: Membership) -> bool:
    owners = active_members(membership.room_id).filter(role=Membership.Role.OWNER).exclude(pk=membership.pk)
    return membership.role == Membership.Role.OWNER and not owners.exists()


def active_members(room_id: int) -> QuerySet[Membership]:
    """Return the members of a room whose accounts are active."""
    return Membership.objects.filter(room=room_id, active=True, user__is_active=True)


def find_successors(membership: Membership) -> QuerySet[Membership]:
    """Return who can take over from the last owner, moderators first. Empty if there is another owner."""
    if not is_last_owner(membership):
        return Membership.objects.none()
    others = active_members(membership.room_id).exclude(pk=membership.pk).select_related("user")
    return others.order_by(Case(When(role=Membership.Role.MODERATOR, then=0), default=1), "joined_at", "pk")


def replace_owner(user) -> None:
    """Give another owner to each room that only this deactivated user owned, in the caller's transaction."""
    owned = Membership.objects.filter(user=user.id, active=True, role=Membership.Role.OWNER)
    for membership in owned.order_by("room_id"):
        room = locked_room(membership.room_id)
        successor = find_successors(membership).first()
        if successor is None:
            continue
        successor.room, successor.role = room, Membership.Role.OWNER
        change = Change(room)
        change.line(successor.user, format_html(OWNER_REPLACED, isolate(successor.user.name)))
        change.member(successor)
        change.commit()


def names(people) -> str:
    """Return names as one says them: Ada, Bob and Eve."""
    *first, last = [isolate(person.name) for person in people]
    return f"{', '.join(first)} and {last}" if first else last
