"""The list of public rooms, and the page that creates a room."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from chat import rate_limits, services
from chat.models import Membership
from chat.pages.directory import find_rooms
from chat.pages.forms import NewRoomForm
from chat.views.people import read_query
from realtime.shared.errors import CommandError


@require_safe
def rooms(request: HttpRequest) -> HttpResponse:
    """Show the public rooms, a page at a time, with their members and the time of the last message."""
    query, archived = read_query(request), request.GET.get("show") == "archived"
    page = find_rooms(request.user, query, archived=archived, after=request.GET.get("after"))
    welcome = not Membership.objects.filter(user=request.user, active=True).exists()
    context = {"page": page, "query": query, "archived": archived, "welcome": welcome}
    return render(request, "chat/rooms.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_room(request: HttpRequest) -> HttpResponse:
    """Create a room, and redirect to it."""
    form = NewRoomForm(request.POST or None, initial={"name": request.GET.get("name", "")[:80]})
    if request.method == "POST" and form.is_valid():
        try:
            rate_limits.rooms.spend(request.user.pk)
            room = services.create_room(request.user, **form.cleaned_data)
            return redirect("room", room.pk)
        except CommandError as error:
            form.add_error(None, error.message)
    return render(request, "chat/room_new.html", {"form": form}, status=(form.errors and 422) or 200)
