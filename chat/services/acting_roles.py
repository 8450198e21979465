"""As what somebody acts in a room: by their own place in it, or as one of those who run the site."""

from dataclasses import dataclass

from chat.models import Membership, Room
from chat.services.locked_rooms import find_membership
from realtime.shared.errors import Forbidden


@dataclass(frozen=True)
class StaffPlace:
    """What staff may do from the admin: what an owner may, in a room they need not be in."""

    room: Room
    active: bool = True
    role: str = Membership.Role.OWNER


def place_of(room: Room, by, *, as_staff: bool) -> Membership | StaffPlace | None:
    """Return the place by which the permissions judge `by`. Raises Forbidden where they are no staff."""
    if not as_staff:
        return find_membership(room, by.id)
    if not by.is_staff:
        raise Forbidden
    return StaffPlace(room)
