"""The page of a room: the chat for its members, a preview for others."""

import uuid
from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.pages.view_decorators import json_page
from chat import rate_limits
from chat.conf import limits
from chat.models import Membership, Message, Room
from chat.models.querysets import MessagePage
from chat.pages.linked_messages import find_linked
from chat.pages.sidebar import make_sidebar
from chat.pages.timeline import in_days
from chat.pages.timeline_rows import find_new_after, make_rows
from chat.states.room_states import MESSAGES_AT_FIRST, page_data, room_state
from chat.views.home import remember_room
from chat.views.initial_data import collect_initial_data
from chat.views.refusals import refused_in_words
from chat.views.visible_rooms import find_active_membership, own_membership, visible_afterwards, visible_room
from realtime.shared.errors import Invalid
from realtime.shared.http import whole_number

PREVIEW_MESSAGES = 30


@require_safe
@refused_in_words("room")
@visible_afterwards
def show(request: HttpRequest, room_id: int) -> HttpResponse:
    """Show the chat with this room to a member, and a preview to others who may see the room."""
    membership = find_active_membership(request.user, room_id)
    if membership is None:
        return preview(request, visible_room(request.user, room_id))
    remember_room(request, room_id)
    return show_chat(request, membership)


def show_chat(
    request: HttpRequest, membership: Membership, *, text: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    """Render the chat with the room and its messages, so that it can be used until the script is loaded, and without.

    `text`: a message that could not be posted because of `error`.
    """
    data, latest = collect_initial_data(request, membership)
    page = chosen_page(request, membership.room) or latest
    entry = data["open"]["room"]
    site = request.build_absolute_uri(reverse("home"))
    data["linked"] = linked = find_linked(request.user, page.messages, site)
    sidebar = make_sidebar(data["rooms"], request.user, entry["id"], all_rooms="rooms" in request.GET)
    new_after = find_new_after(entry, page.messages, more_before=page.more_before)
    context = {
        "initial_data": data,
        "room": membership.room,
        "entry": next(room for room in sidebar["named"] + sidebar["direct"] if room["is_open"]),
        "sidebar": sidebar,
        "rows": list(
            make_rows(
                *(page.messages, request.user.pk, new_after),
                linked=linked,
                site=site,
                states=data["open"]["messages"] if page is latest else page_data(page, request.user.pk)["messages"],
            )
        ),
        "page": page,
        "oldest": page.messages[0] if page.messages else None,
        "newest": page.messages[-1] if page.messages else None,
        "key": uuid.uuid4(),
        "text": text,
        "error": error,
        "most_characters": limits.MESSAGE_CHARACTERS,
    }
    response = render(request, "chat/room.html", context, status=status)
    # The browser's Back must not show the rooms and the counts of an hour ago.
    response["Cache-Control"] = "no-store"
    return response


def chosen_page(request: HttpRequest, room: Room) -> MessagePage | None:
    """Return the messages ?before=, ?after= or around the ?message= of a posted_seq; None without any of these."""
    for name, edge in (("before", "before"), ("after", "after"), ("message", "around")):
        with suppress(Invalid):  # a value that is not a number is ignored
            if (seq := whole_number(request.GET, name)) is not None:
                return Message.objects.page(room, **{edge: seq}, limit=MESSAGES_AT_FIRST)
    return None


def preview(request: HttpRequest, room) -> HttpResponse:
    page = chosen_page(request, room) or Message.objects.page(room, limit=PREVIEW_MESSAGES)
    context = {
        "room": room,
        "days": in_days(page.messages),
        "more_before": page.more_before,
        "people": room.memberships.filter(active=True).count(),
    }
    return render(request, "chat/preview.html", context)


@json_page
@visible_afterwards
def open_state(request: HttpRequest, room_id: int) -> dict:
    """Return the room state, and remember the room as the last one opened."""
    rate_limits.room_states.spend(request.user.pk)
    membership = own_membership(request.user, room_id)
    remember_room(request, room_id)
    return room_state(membership)


@json_page
@visible_afterwards
def state(request: HttpRequest, room_id: int) -> dict:
    """Return the room state for a client that does not open the room."""
    rate_limits.room_states.spend(request.user.pk)
    return room_state(own_membership(request.user, room_id))
