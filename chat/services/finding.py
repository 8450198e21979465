"""Find what a change is about, and hold it still."""

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.db import connection

from chat.events import room_feed
from chat.models import Membership, Room
from realtime.errors import NotFound
from realtime.models import TopicHead


def lock(feeds: Iterable[str]) -> None:
    """Lock these logs until the transaction ends.

    Call it before reading what a decision depends on: then a removal and a post cannot cross. Logs are
    locked in the order of their names, here and in `next_values`, and rooms' names come before people's:
    two transactions never wait for each other as long as none locks a room after a person.
    """
    if connection.features.has_select_for_update:  # SQLite has none, and lets in one writer at a time.
        list(TopicHead.objects.select_for_update().filter(name__in=set(feeds)).order_by("name").values_list("pk"))


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
