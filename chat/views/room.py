"""A room: the app for those who are in it, a preview for those who may join."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.doors import json_page
from chat.models import Message
from chat.states import room_state
from chat.timeline import in_days
from chat.views.boot import boot
from chat.views.finding import find_membership, own_membership, visible_afterwards, visible_room
from chat.views.home import remember_room
from chat.views.rate_limit import spend_state
from chat.views.refusals import refused_in_words

PREVIEW_MESSAGES = 30


@require_safe
@refused_in_words("room")
@visible_afterwards
def show(request: HttpRequest, room_id: int) -> HttpResponse:
    """Open the chat at this room, or show what is said there and how to join."""
    membership = find_membership(request.user, room_id)
    if membership is None:
        return preview(request, visible_room(request.user, room_id))
    remember_room(request, room_id)
    response = render(request, "chat/room.html", {"boot": boot(request, membership), "room": membership.room})
    # Going back must not show the rooms and the counts of an hour ago.
    response["Cache-Control"] = "no-store"
    return response


def preview(request: HttpRequest, room) -> HttpResponse:
    page = Message.objects.page(room, limit=PREVIEW_MESSAGES)
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
    """Return all a client needs to show this room, and remember it as the last one opened."""
    spend_state(request.user.pk)
    membership = own_membership(request.user, room_id)
    remember_room(request, room_id)
    return room_state(membership)


@json_page
@visible_afterwards
def state(request: HttpRequest, room_id: int) -> dict:
    """Return the same for a room that a client knows of and need not have open."""
    spend_state(request.user.pk)
    return room_state(own_membership(request.user, room_id))
