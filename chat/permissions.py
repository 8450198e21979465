"""Who may do what in a room: the one table. docs/roles.md shows it to people; a test compares the two.

What is one's own is not in it: everybody in a room reads it, leaves it, and deletes what they wrote; those
who may post edit what they wrote.
"""

from typing import TYPE_CHECKING

from realtime.errors import Archived, Forbidden, NotFound

if TYPE_CHECKING:
    from chat.models import Membership

RANKS = {"owner": 3, "moderator": 2, "member": 1}

ROLES_THAT_MAY = {
    "post": ("owner", "moderator", "member"),
    "invite": ("owner", "moderator", "member"),
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


def may(membership: "Membership | None", action: str) -> bool:
    """Say whether that person may do it in that room now. The membership's room must be loaded."""
    return refusal(membership, action) is None


def allowed(membership: "Membership | None") -> list[str]:
    """Return the actions that person may do in that room now, in the table's order."""
    return [action for action in ROLES_THAT_MAY if may(membership, action)]


def require(membership: "Membership | None", action: str) -> None:
    """Raise what the person is told when they may not: NotFound, Forbidden or Archived."""
    if error := refusal(membership, action):
        raise error


def refusal(membership: "Membership | None", action: str) -> NotFound | Forbidden | Archived | None:
    if membership is None or not membership.active:
        return NotFound()
    if membership.role not in ROLES_THAT_MAY[action]:
        return Forbidden()
    if membership.room.kind == "direct" and action not in IN_DIRECT:
        return Forbidden("A direct conversation stays as it is.")
    archived = membership.room.archived_at is not None
    if archived and action not in IN_ARCHIVED:
        return Archived()
    if action == "restore" and not archived:
        return Forbidden("This room is not archived.")
    return None


def outranks(membership: "Membership", other: "Membership") -> bool:
    """Say whether a person's role is above another's; only such a one may be removed."""
    return RANKS[membership.role] > RANKS[other.role]
