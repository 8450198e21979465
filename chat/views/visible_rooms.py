"""The rooms and memberships that URLs name. A room that the user may not see is not found, as if it did not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from chat.models import Membership, Room
from realtime.shared.errors import Forbidden, NotFound
from realtime.shared.texts import lazy_text as _

JOIN_FIRST = _("Join this room first.")
ARCHIVED = _("This room is archived. You can read it, but you can't join it.")


class NotInRoom(Forbidden):
    """The user may see the room, but is not in it."""


def visible_afterwards[**Given, Answer](view: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Check after a view has read a room that the user may still see it. Raises NotFound.

    Each view checks before it reads. That alone would reveal messages posted after a removal, if the user is removed
    between the check and the read.
    """

    @wraps(view)
    def answer(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        found = view(*args, **kwargs)
        request: Any = args[0]
        visible_room(request.user, kwargs["room_id"])
        return found

    return answer


def visible_room(user, room_id: int) -> Room:
    """Return the room if the user may see it. Raises NotFound."""
    room = Room.objects.visible_to(user).filter(pk=room_id).first()
    if room is None:
        raise NotFound
    return room


def find_active_membership(user, room_id: int) -> Membership | None:
    """Return the user's active membership with its room loaded, or None."""
    memberships = Membership.objects.filter(user=user, active=True, room_id=room_id)
    return memberships.select_related("room").first()


def own_membership(user, room_id: int) -> Membership:
    """Return the user's active membership. Raises NotInRoom if the user may see the room, else NotFound."""
    membership = find_active_membership(user, room_id)
    if membership is None:
        room = visible_room(user, room_id)
        raise NotInRoom(JOIN_FIRST if room.archived_at is None else ARCHIVED)
    return membership
