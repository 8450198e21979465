"""Find people and rooms by a few letters: what the pickers and Ctrl+K ask."""

from django.http import HttpRequest

from accounts.doors import json_page
from accounts.people import Person
from chat.directory import find_people, joinable_rooms
from chat.models import Room
from chat.views.finding import own_membership
from realtime.http import whole_number

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


def own_room(request: HttpRequest, name: str) -> Room | None:
    room_id = whole_number(request.GET, name)
    return own_membership(request.user, room_id).room if room_id else None


def asked(request: HttpRequest) -> str:
    return clean_query(request.GET.get("q", ""))


def clean_query(text: str) -> str:
    """Return what is searched for; PostgreSQL cannot even compare with a NUL."""
    return text.replace("\0", "").strip()[:QUERY_CHARACTERS]
