"""The JSON responses for the people pickers, the switcher (Ctrl+K), profile cards and reactions."""

from django.http import HttpRequest

from accounts.identity.people import Person, person_data
from accounts.pages.time_zones import chosen_zone
from accounts.pages.view_decorators import json_page
from chat import rate_limits
from chat.models import Membership, Message, Reaction, Room
from chat.pages.directory import find_people, joinable_rooms
from chat.states.events import member_data
from chat.views.visible_rooms import own_membership, visible_afterwards
from realtime.shared.errors import NotFound
from realtime.shared.http import whole_number

ROOMS_SHOWN = 8
PEOPLE_SHOWN = 20
QUERY_CHARACTERS = 80
REACTIONS_A_PAGE = 100


@json_page
def jump(request: HttpRequest) -> dict:
    """Return the public rooms and the people that the switcher offers besides the user's own rooms."""
    query = read_query(request)
    rooms = joinable_rooms(request.user, query)[:ROOMS_SHOWN]
    people = find_people(query).exclude(pk=request.user.pk)[:ROOMS_SHOWN]
    return {
        "rooms": list(rooms.values("id", "name", "kind", "topic")),
        "people": [Person.of(user) for user in people],
    }


@json_page
def search(request: HttpRequest) -> dict:
    """Return the people found, without the user. ?room= leaves out a room's members, ?in= all others."""
    outside, inside = own_room(request, "room"), own_room(request, "in")
    people = find_people(read_query(request), outside=outside, inside=inside).exclude(pk=request.user.pk)
    return {"people": [Person.of(user) for user in people[:PEOPLE_SHOWN]]}


@json_page
@visible_afterwards
def card(request: HttpRequest, room_id: int, user_id: int) -> dict:
    """Return a present or former member of a room that the user is in. Raises NotFound for other people.

    The time zone shows where a person lives, so only those who share the room get it: for a former member it is None.
    """
    rate_limits.profile_cards.spend(request.user.pk)
    own_membership(request.user, room_id)
    member = Membership.objects.filter(room=room_id, user=user_id).select_related("user").first()
    if member is None:
        raise NotFound
    is_here = member.active and member.user.is_active
    return member_data(member) | {"time_zone": chosen_zone(member.user) if is_here else None}


@json_page
@visible_afterwards
def message_reactions(request: HttpRequest, room_id: int, message_id: int) -> dict:
    """Return who reacted, the latest first: all reactions, or those with ?emoji=; the next page with ?before= a seq."""
    rate_limits.reaction_lists.spend(request.user.pk)
    own_membership(request.user, room_id)
    if not Message.objects.filter(pk=message_id, room=room_id, deleted_at=None).exists():
        raise NotFound
    rows = Reaction.objects.filter(message=message_id, active=True).select_related("user").order_by("-seq")
    if emoji := request.GET.get("emoji"):
        rows = rows.filter(emoji=emoji)
    if before := whole_number(request.GET, "before"):
        rows = rows.filter(seq__lt=before)
    found = list(rows[: REACTIONS_A_PAGE + 1])
    return {
        "reactions": [
            {"emoji": row.emoji, "user": person_data(row.user), "seq": row.seq} for row in found[:REACTIONS_A_PAGE]
        ],
        "more": len(found) > REACTIONS_A_PAGE,
    }


def own_room(request: HttpRequest, name: str) -> Room | None:
    room_id = whole_number(request.GET, name)
    return own_membership(request.user, room_id).room if room_id else None


def read_query(request: HttpRequest) -> str:
    return clean_query(request.GET.get("q", ""))


def clean_query(text: str, most: int = QUERY_CHARACTERS) -> str:
    """Return a search text without NUL, with which PostgreSQL cannot compare, and not too long."""
    return text.replace("\0", "").strip()[:most]
