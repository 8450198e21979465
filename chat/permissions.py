"""The permissions in rooms: one table of actions and roles. docs/roles.md shows it to people; a test compares the two.

The table leaves out the rights that each member has: to read the room, to leave it, and to delete their own messages.
The right to post includes the right to edit one's own messages.
"""

from typing import Protocol

from chat.errors import Archived
from realtime.shared.errors import Forbidden, NotFound
from realtime.shared.texts import lazy_text as _


class RoomLike(Protocol):
    """The attributes of a room on which permissions depend."""

    @property
    def kind(self) -> str: ...
    @property
    def archived_at(self) -> object: ...


class ActingRole(Protocol):
    """The rights with which a user acts in a room: a Membership whose room is loaded, or an object like one."""

    @property
    def active(self) -> bool: ...
    @property
    def role(self) -> str: ...
    @property
    def room(self) -> RoomLike: ...


RANKS = {"owner": 3, "moderator": 2, "member": 1}

ROLES_THAT_MAY = {
    "post": ("owner", "moderator", "member"),
    "react": ("owner", "moderator", "member"),
    "invite": ("owner", "moderator", "member"),
    "announce": ("owner", "moderator"),
    "rename": ("owner", "moderator"),
    "set_link_previews": ("owner", "moderator"),
    "delete_any": ("owner", "moderator"),
    "remove": ("owner", "moderator"),
    "set_role": ("owner",),
    "archive": ("owner",),
    "restore": ("owner",),
}

# An archived room is a record: it takes nothing new, but a message that should not be there can be deleted.
IN_ARCHIVED = {"restore", "delete_any"}
# A direct conversation is defined by its people: nobody is added or removed, and it has no name. They have no roles:
# each may do this.
IN_DIRECT = {"post", "react", "set_link_previews"}


def may(role: ActingRole | None, action: str) -> bool:
    """Return whether an acting role (None: not a member) allows an action in its room now."""
    return refusal(role, action) is None


def allowed(role: ActingRole | None) -> list[str]:
    """Return the actions that an acting role allows in its room now, in the order of the table."""
    return [action for action in ROLES_THAT_MAY if may(role, action)]


def require[Found: ActingRole](role: Found | None, action: str) -> Found:
    """Return the acting role if it allows the action. Raises NotFound, Forbidden or Archived."""
    if error := refusal(role, action):
        raise error
    assert role is not None
    return role


def refusal(role: ActingRole | None, action: str) -> NotFound | Forbidden | Archived | None:
    """Return the error with which an action is refused, or None. Without a membership it is NotFound."""
    if role is None or not role.active:
        return NotFound()
    is_direct = role.room.kind == "direct"
    if role.role not in ROLES_THAT_MAY[action] and not (is_direct and action in IN_DIRECT):
        return Forbidden()
    if is_direct and action not in IN_DIRECT:
        return Forbidden(_("You can't do this in a direct conversation."))
    archived = role.room.archived_at is not None
    if archived and action not in IN_ARCHIVED:
        return Archived()
    if action == "restore" and not archived:
        return Forbidden(_("This room isn't archived."))
    return None


def outranks(role: ActingRole, other: ActingRole) -> bool:
    """Return whether a role is above another one. A member can only remove members with a lower role."""
    return RANKS[role.role] > RANKS[other.role]
