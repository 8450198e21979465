"""Find what a change is about, and hold it still."""

from collections.abc import Iterable

from django.contrib.auth import get_user_model

from chat.models import Membership, Room
from chat.states.events import room_feed
from realtime.engine.sequences import lock
from realtime.shared.errors import NotFound


def locked_room(room_id: int) -> Room:
    """Lock the log of a room and read the room. Raises NotFound."""
    lock([room_feed(room_id)])
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        raise NotFound
    return room


def find_membership(room: Room, user_id: int) -> Membership | None:
    """Read a person's place in a room, active or not, with the person; the room is the one given."""
    membership = Membership.objects.filter(room=room, user=user_id).select_related("user").first()
    if membership is not None:
        membership.room = room
    return membership


def find_people(ids: Iterable[int]) -> list:
    """Read these people in the order of their ids. Raises NotFound where one is not there or deactivated."""
    wanted = set(ids)
    people = list(get_user_model().objects.filter(pk__in=wanted, is_active=True).order_by("pk"))
    if len(people) < len(wanted):
        raise NotFound
    return people
