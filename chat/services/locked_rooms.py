"""The rooms, memberships and users that a service reads before it changes a room; the room is locked."""

from collections.abc import Iterable

from django.contrib.auth import get_user_model

from chat.models import Membership, Room
from chat.states.events import room_topic
from realtime.engine.sequences import lock
from realtime.shared.errors import NotFound


def locked_room(room_id: int) -> Room:
    """Lock the topic of a room, then read the room. Raises NotFound."""
    lock([room_topic(room_id)])
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        raise NotFound
    return room


def read_membership(room: Room, user_id: int) -> Membership | None:
    """Return the user's membership of a room, active or not, with the user loaded and this `room`; None without one."""
    membership = Membership.objects.filter(room=room, user=user_id).select_related("user").first()
    if membership is not None:
        membership.room = room
    return membership


def find_people(ids: Iterable[int]) -> list:
    """Return these users in the order of their ids. Raises NotFound if one does not exist or is deactivated."""
    wanted = set(ids)
    people = list(get_user_model().objects.filter(pk__in=wanted, is_active=True).order_by("pk"))
    if len(people) < len(wanted):
        raise NotFound
    return people
