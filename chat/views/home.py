"""The start page: a redirect to a room."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from chat.models import Membership, Room

LAST_ROOM = "last_room"


@require_safe
def go_to_room(request: HttpRequest) -> HttpResponse:
    """Redirect to the room that was open last, else to the user's oldest room, else to the list of public rooms."""
    rooms = Membership.objects.filter(user=request.user, active=True, room__archived_at=None)
    kinds = dict(rooms.values_list("room_id", "room__kind"))
    room_id = request.session.get(LAST_ROOM)
    if room_id not in kinds:
        room_id = min(kinds, key=lambda pk: (kinds[pk] == Room.Kind.DIRECT, pk), default=None)
    return redirect("room", room_id) if room_id else redirect("rooms")


def remember_room(request: HttpRequest, room_id: int) -> None:
    """Store in the session which room is open. An unchanged session is not written again."""
    if request.session.get(LAST_ROOM) != room_id:
        request.session[LAST_ROOM] = room_id
