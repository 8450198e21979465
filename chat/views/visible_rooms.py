"""Find what a URL names, for the person who asks: not there and not theirs are the same."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from chat.models import Membership, Room
from realtime.shared.errors import Forbidden, NotFound
from realtime.shared.texts import lazy_text as _

JOIN_FIRST = _("Join this room first.")
ARCHIVED = _("This room is archived: it can be read, and nobody can join.")


class NotInRoom(Forbidden):
    """One sees the room, and is not in it."""


def visible_afterwards[**Given, Answer](view: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Answer with what a view has read of a room only if the user may see the room after that, too. Raises NotFound.

    Every view asks before it reads. To ask before only would show a message that was posted after a removal, where
    the removal comes between the two.
    """

    @wraps(view)
    def answer(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        found = view(*args, **kwargs)
        request: Any = args[0]
        visible_room(request.user, kwargs["room_id"])
        return found

    return answer


def visible_room(user, room_id: int) -> Room:
    """Return the room if that person may see it."""
    room = Room.objects.visible_to(user).filter(pk=room_id).first()
    if room is None:
        raise NotFound
    return room


def find_membership(user, room_id: int) -> Membership | None:
    """Return that person's place in the room while they are in it; its room is loaded."""
    memberships = Membership.objects.filter(user=user, active=True, room_id=room_id)
    return memberships.select_related("room").first()


def own_membership(user, room_id: int) -> Membership:
    """Return that person's place in the room, or say that they are to join, or that there is none."""
    membership = find_membership(user, room_id)
    if membership is None:
        room = visible_room(user, room_id)
        raise NotInRoom(JOIN_FIRST if room.archived_at is None else ARCHIVED)
    return membership
