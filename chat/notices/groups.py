"""The names of rooms as groups of notifications."""

from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext

from accounts.names.bidi_isolation import isolate
from chat.models import Membership, Room
from notifications.groups import GroupLabel


def label_rooms(user_id: int, room_ids: Collection[int]) -> dict[int, GroupLabel]:
    """Return the labels of those rooms that the user is in. A conversation has the others' names. Two queries."""
    rooms = Room.objects.filter(pk__in=room_ids, memberships__user=user_id, memberships__active=True)
    found = {room.pk: room for room in rooms}
    people = find_others(user_id, [room.pk for room in found.values() if room.kind == Room.Kind.DIRECT])
    return {
        id: GroupLabel(name_group(room, people), reverse("room", args=[id]), is_direct=room.kind == Room.Kind.DIRECT)
        for id, room in found.items()
    }


def find_joined(user_id: int) -> list[int]:
    """Return the ids of the rooms that a user is in."""
    return list(Membership.objects.filter(user=user_id, active=True).values_list("room_id", flat=True))


def find_others(user_id: int, room_ids: Collection[int]) -> dict[int, list[str]]:
    """Return the names of the other people in these conversations, by room id."""
    people: dict[int, list[str]] = {}
    members = Membership.objects.filter(room__in=room_ids).exclude(user=user_id).select_related("user")
    for member in members.order_by("user_id"):
        people.setdefault(member.room_id, []).append(member.user.name)
    return people


def name_group(room: Room, people: dict[int, list[str]]) -> str:
    if room.kind == Room.Kind.DIRECT:
        return ", ".join(map(isolate, people.get(room.pk, []))) or gettext("Notes to yourself")
    return f"# {isolate(room.name)}" if room.kind == Room.Kind.PUBLIC else room.name
