"""Find people and rooms by a few letters, and one person of a room: what the pickers, Ctrl+K and profile cards ask."""

from django.http import HttpRequest

from accounts.identity.people import Person
from accounts.pages.time_zones import chosen_zone
from accounts.pages.view_decorators import json_page
from chat import rate_limits
from chat.models import Membership, Room
from chat.pages.directory import find_people, joinable_rooms
from chat.states.events import member_data
from chat.views.visible_rooms import own_membership, visible_afterwards
from realtime.shared.errors import NotFound
from realtime.shared.http import whole_number

ROOMS_SHOWN = 8
PEOPLE_SHOWN = 20
QUERY_CHARACTERS = 80


@json_page
def jump(request: HttpRequest) -> dict:
    """Return what Ctrl+K may open beyond one's own rooms."""
    query = asked(request)
    rooms = joinable_rooms(request.user, query)[:ROOMS_SHOWN]
    people = find_people(query).exclude(pk=request.user.pk)[:ROOMS_SHOWN]
    return {
        "rooms": list(rooms.values("id", "name", "kind", "topic")),
        "people": [Person.of(user) for user in people],
    }


@json_page
def search(request: HttpRequest) -> dict:
    """Return the people found but oneself; ?room= leaves out those in it, ?in= all others."""
    outside, inside = own_room(request, "room"), own_room(request, "in")
    people = find_people(asked(request), outside=outside, inside=inside).exclude(pk=request.user.pk)
    return {"people": [Person.of(user) for user in people[:PEOPLE_SHOWN]]}


@json_page
@visible_afterwards
def card(request: HttpRequest, room_id: int, user_id: int) -> dict:
    """Return a person as a member of one's own room, also of one who left, whose messages stay; others are not found.

    Where they live is for those who are in the room with them: of who left it, `time_zone` is None.
    """
    rate_limits.profile_cards.spend(request.user.pk)
    own_membership(request.user, room_id)
    member = Membership.objects.filter(room=room_id, user=user_id).select_related("user").first()
    if member is None:
        raise NotFound
    is_here = member.active and member.user.is_active
    return member_data(member) | {"time_zone": chosen_zone(member.user) if is_here else None}


def own_room(request: HttpRequest, name: str) -> Room | None:
    room_id = whole_number(request.GET, name)
    return own_membership(request.user, room_id).room if room_id else None


def asked(request: HttpRequest) -> str:
    return clean_query(request.GET.get("q", ""))


def clean_query(text: str) -> str:
    """Return what is searched for; PostgreSQL cannot even compare with a NUL."""
    return text.replace("\0", "").strip()[:QUERY_CHARACTERS]
