"""Acting roles: a user acts in a room by their own membership, or as staff of the site."""

from dataclasses import dataclass

from chat.models import Membership, Room
from chat.services.locked_rooms import read_membership
from realtime.shared.errors import Forbidden


@dataclass(frozen=True)
class StaffRole:
    """The acting role of staff in the admin: an owner's rights in any room, also without being a member."""

    room: Room
    active: bool = True
    role: str = Membership.Role.OWNER


def find_acting_role(room: Room, by, *, as_staff: bool) -> Membership | StaffRole | None:
    """Return the acting role of `by`. Raises Forbidden with `as_staff` if they are not staff."""
    if not as_staff:
        return read_membership(room, by.id)
    if not by.is_staff:
        raise Forbidden
    return StaffRole(room)
