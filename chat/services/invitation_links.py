"""Invitation links: create, revoke and use them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from chat.models import InvitationLink, Membership, Room
from chat.models.invitation_links import ROOMS_OF_LINK
from chat.permissions import may, require
from chat.services.acting_roles import find_acting_role
from chat.services.changes import Change
from chat.services.locked_rooms import locked_room, read_membership
from chat.services.members import enter
from chat.states.events import room_topic
from realtime.engine.sequences import lock
from realtime.shared.errors import Forbidden, Invalid, NotFound
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

LINKS_OF_MEMBER = 20  # to one room: one member cannot use up the links of the others
USED_UP_FOR = timedelta(days=1)

NOT_USABLE = _(
    "This invitation does not work: it expired, is used up, or was revoked. Ask the person who sent it for a new one."
)
ASK_A_MEMBER = _("You were in this room before. Ask someone in it to add you again.")


@transaction.atomic
def create_invitation_link(
    by,
    rooms: Sequence[Room],
    *,
    role: str = Membership.Role.MEMBER,
    expires_at: datetime | None = None,
    most_uses: int | None = None,
) -> InvitationLink:
    """Create a link to rooms to which `by` may invite. Only a member who may set roles can
    create one for moderators.

    Raises NotFound, Forbidden or Archived for one of the rooms, or Invalid for too many rooms or links.
    """
    if not 1 <= len(rooms) <= ROOMS_OF_LINK:
        raise Invalid(fill_lazy(_("Choose between 1 and %(rooms)s rooms."), rooms=ROOMS_OF_LINK))
    if role not in (Membership.Role.MEMBER, Membership.Role.MODERATOR):
        raise Invalid(_("An invitation link is for members or moderators."))
    lock([room_topic(room.pk) for room in rooms])  # against two at once above the limit of links
    for room in rooms:
        membership = require(find_acting_role(room, by, as_staff=False), "invite")
        if role != Membership.Role.MEMBER:
            require(membership, "set_role")
        if InvitationLink.objects.usable().filter(rooms=room, by=by.id).count() >= LINKS_OF_MEMBER:
            sentence = _("You have %(links)s links to this room already. Revoke one first.")
            raise Invalid(fill_lazy(sentence, links=LINKS_OF_MEMBER))
    link = InvitationLink.objects.create(by=by, role=role, expires_at=expires_at, most_uses=most_uses)
    link.rooms.set(rooms)
    return link


@transaction.atomic
def revoke_invitation_link(link: InvitationLink, room: Room, by) -> None:
    """Delete one's own link. A member who may remove others only takes the room out of it: it may open more rooms.

    Raises NotFound or Forbidden.
    """
    membership = find_acting_role(room, by, as_staff=False)
    if membership is None or not membership.active:
        raise NotFound
    if link.by_id != by.id and not may(membership, "remove"):
        raise Forbidden(_("Only its creator, moderators and owners can revoke this link."))
    if link.by_id != by.id:
        link.rooms.remove(room)
    if link.by_id == by.id or not link.rooms.exists():
        link.delete()


def find_usable_link(key: str) -> tuple[InvitationLink, list[Room]]:
    """Return a link that can be used now, and the rooms that it opens. Raises NotFound."""
    link = InvitationLink.objects.usable().select_related("by").filter(key=key).first()
    rooms = open_rooms(link) if link else []
    if link is None or not rooms:
        raise NotFound(NOT_USABLE)
    return link, rooms


def open_rooms(link: InvitationLink) -> list[Room]:
    """Return the rooms of a link to which its creator may still invite, and give its role."""
    return find_open_rooms([link])[link.pk]


def find_open_rooms(links: Sequence[InvitationLink]) -> dict[int, list[Room]]:
    """Return the open rooms of each of these links, by its id, in two queries for all."""
    pairs = InvitationLink.rooms.through.objects.filter(invitationlink__in=links).order_by("room_id")
    rooms_of: dict[int, list[int]] = {link.pk: [] for link in links}
    for link_id, room_id in pairs.values_list("invitationlink_id", "room_id"):
        rooms_of[link_id].append(room_id)
    creators = {link.by_id for link in links}
    rooms = {room_id for found in rooms_of.values() for room_id in found}
    memberships = Membership.objects.filter(user__in=creators, room__in=rooms, active=True).select_related("room")
    known = {(membership.user_id, membership.room_id): membership for membership in memberships}
    return {
        link.pk: [
            membership.room
            for room_id in rooms_of[link.pk]
            if (membership := known.get((link.by_id, room_id))) and allows(membership, link)
        ]
        for link in links
    }


def allows(membership: Membership | None, link: InvitationLink) -> bool:
    is_role_allowed = link.role == Membership.Role.MEMBER or may(membership, "set_role")
    return is_role_allowed and may(membership, "invite")


def admits_newcomers(link: InvitationLink) -> bool:
    """Return whether people without an account may create one by this link."""
    return settings.SIGNUP_OPEN or link.by.has_perm("chat.invite_newcomers")


def take_use(link: InvitationLink) -> None:
    """Count a use of a link before it takes place. Raises NotFound if there is none left."""
    if not InvitationLink.objects.usable().filter(pk=link.pk).update(uses=F("uses") + 1):
        raise NotFound(NOT_USABLE)


def return_use(link: InvitationLink) -> None:
    """Take back a use that did not take place."""
    InvitationLink.objects.filter(pk=link.pk, uses__gt=0).update(uses=F("uses") - 1)


@transaction.atomic
def join_by_link(link: InvitationLink, user, *, is_counted: bool = False) -> Room:
    """Let a user join the rooms of a link, and return the first of them.

    Rooms that became closed to its creator are left out. So are private rooms in which the user was before: they may
    have been removed. `is_counted`: the use was taken already. Raises NotFound, or Forbidden if no room is left.
    """
    ids = sorted(link.rooms.values_list("pk", flat=True))
    lock([room_topic(room_id) for room_id in ids])  # all at once: joining locks the user, too
    joined, entered, is_refused = [], [], False
    for room_id in ids:
        room = locked_room(room_id)
        if not allows(read_membership(room, link.by_id), link):
            continue
        membership = read_membership(room, user.id)
        if membership is not None and not membership.active and room.kind != Room.Kind.PUBLIC:
            is_refused = True
            continue
        entered.append(room)
        if membership is None or not membership.active:
            joined.append(enter_by_link(link, membership, room, user))
    if not entered:
        raise Forbidden(ASK_A_MEMBER) if is_refused else NotFound(NOT_USABLE)
    if joined and not is_counted:
        take_use(link)
    return (joined or entered)[0]


def enter_by_link(link: InvitationLink, former: Membership | None, room: Room, user) -> Room:
    """Make a user a member. Only a newcomer gets the role of the link: a former member may have lost that role."""
    membership = enter(former, room, user)
    membership.role = link.role if former is None else Membership.Role.MEMBER
    change = Change(room)
    change.line(user, "joined")
    change.newcomer(membership)
    change.commit()
    return room


def delete_old_links() -> None:
    """Delete links that have expired, or are used up: nobody needs them, and they name a user.

    The last use may be returned within the request that took it (`return_use`).
    """
    now = timezone.now()
    is_used_up = Q(uses__gte=F("most_uses"), created_at__lt=now - USED_UP_FOR)
    InvitationLink.objects.filter(Q(expires_at__lt=now) | is_used_up).delete()
