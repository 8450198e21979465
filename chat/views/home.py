"""Where the chat starts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from chat.models import Membership, Room

LAST_ROOM = "last_room"


@require_safe
def go_to_room(request: HttpRequest) -> HttpResponse:
    """Lead to the room that was open last, else to the oldest of one's rooms, else to those one may join."""
    rooms = Membership.objects.filter(user=request.user, active=True, room__archived_at=None)
    kinds = dict(rooms.values_list("room_id", "room__kind"))
    room_id = request.session.get(LAST_ROOM)
    if room_id not in kinds:
        room_id = min(kinds, key=lambda pk: (kinds[pk] == Room.Kind.DIRECT, pk), default=None)
    return redirect("room", room_id) if room_id else redirect("rooms")


def remember_room(request: HttpRequest, room_id: int) -> None:
    """Keep in the session which room is open; an unchanged session is not written again."""
    if request.session.get(LAST_ROOM) != room_id:
        request.session[LAST_ROOM] = room_id
