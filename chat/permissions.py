"""Who may do what in a room: the one table. docs/roles.md shows it to people; a test compares the two.

What is one's own is not in it: everybody in a room reads it, leaves it, and deletes what they wrote; those
who may post edit what they wrote.
"""

from typing import Protocol

from chat.errors import Archived
from realtime.shared.errors import Forbidden, NotFound
from realtime.shared.texts import lazy_text as _


class Room(Protocol):
    """As much of a room as it takes to judge."""

    @property
    def kind(self) -> str: ...
    @property
    def archived_at(self) -> object: ...


class Place(Protocol):
    """A person's place in a room: a Membership whose room is loaded, or as much of one."""

    @property
    def active(self) -> bool: ...
    @property
    def role(self) -> str: ...
    @property
    def room(self) -> Room: ...


RANKS = {"owner": 3, "moderator": 2, "member": 1}

ROLES_THAT_MAY = {
    "post": ("owner", "moderator", "member"),
    "invite": ("owner", "moderator", "member"),
    "announce": ("owner", "moderator"),
    "rename": ("owner", "moderator"),
    "delete_any": ("owner", "moderator"),
    "remove": ("owner", "moderator"),
    "set_role": ("owner",),
    "archive": ("owner",),
    "restore": ("owner",),
}

# An archived room is a record: nothing new is said in it, what should not stand there can go.
IN_ARCHIVED = {"restore", "delete_any"}
# The people of a direct conversation are what it is: nobody is added or removed, and it has no name.
IN_DIRECT = {"post"}


def may(place: Place | None, action: str) -> bool:
    """Say whether that person may do it in that room now."""
    return refusal(place, action) is None


def allowed(place: Place | None) -> list[str]:
    """Return the actions that person may do in that room now, in the table's order."""
    return [action for action in ROLES_THAT_MAY if may(place, action)]


def require[Found: Place](place: Found | None, action: str) -> Found:
    """Return the place of one who may; raise what another is told: NotFound, Forbidden or Archived."""
    if error := refusal(place, action):
        raise error
    assert place is not None
    return place


def refusal(place: Place | None, action: str) -> NotFound | Forbidden | Archived | None:
    if place is None or not place.active:
        return NotFound()
    if place.role not in ROLES_THAT_MAY[action]:
        return Forbidden()
    if place.room.kind == "direct" and action not in IN_DIRECT:
        return Forbidden(_("A direct conversation stays as it is."))
    archived = place.room.archived_at is not None
    if archived and action not in IN_ARCHIVED:
        return Archived()
    if action == "restore" and not archived:
        return Forbidden(_("This room is not archived."))
    return None


def outranks(place: Place, other: Place) -> bool:
    """Say whether a person's role is above another's; only such a one may be removed."""
    return RANKS[place.role] > RANKS[other.role]
