"""The settings page of a room: its name and topic, link previews, its members, leaving and archiving."""

from django.conf import settings as django_settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.pages.view_decorators import takes_form_of
from chat import services
from chat.models import Membership
from chat.pages.directory import find_member_page
from chat.pages.forms import RoomForm
from chat.pages.room_files import has_file_lists
from chat.permissions import allowed, outranks
from chat.views.levels import level_form
from chat.views.people import read_query
from chat.views.questions import about_archiving, about_leaving, about_removing, ask, is_confirmed
from chat.views.refusals import refused_in_words
from chat.views.visible_rooms import own_membership, visible_afterwards
from realtime.shared.errors import Invalid

SUCCESSORS_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, room_id: int) -> HttpResponse:
    return (save if request.method == "POST" else show)(request, room_id=room_id)


@refused_in_words("room")
@visible_afterwards
def show(request: HttpRequest, room_id: int) -> HttpResponse:
    """Show a room's settings, with only those actions that the user may do."""
    membership = own_membership(request.user, room_id)
    room = membership.room
    form = RoomForm(initial={"name": room.name, "topic": room.topic})
    return render(request, "chat/settings.html", settings_of(request, membership, form))


@refused_in_words("room_settings")
def save(request: HttpRequest, room_id: int) -> HttpResponse:
    """Give a room another name and topic."""
    membership = own_membership(request.user, room_id)
    form = RoomForm(request.POST)
    if form.is_valid():
        try:
            services.update_room(membership.room, request.user, **form.cleaned_data)
            messages.success(request, gettext("Saved."))
            return redirect("room_settings", room_id)
        except Invalid as error:
            form.add_error(None, error.message)
    return render(request, "chat/settings.html", settings_of(request, membership, form), status=422)


def settings_of(request: HttpRequest, membership: Membership, form: RoomForm) -> dict:
    room, query = membership.room, read_query(request)
    can = allowed(membership)
    members = find_member_page(room, query, after=request.GET.get("after"))
    for member in members.rows:
        member.removal = about_removing(room, member.user) if "remove" in can and outranks(membership, member) else None
    return {
        "room": room,
        "title": room.name or conversation_name(members.rows, request.user),
        "membership": membership,
        "can": can,
        "form": form,
        "hearing": level_form(membership),
        "members": members,
        "query": query,
        "people": room.memberships.filter(active=True).count(),
        "roles": Membership.Role.choices,
        "successors": list_successors(membership),
        "leaving": about_leaving(room),
        "archiving": about_archiving(room),
        "has_files": has_file_lists(),
        "has_link_previews": django_settings.LINK_PREVIEWS,
    }


def conversation_name(members: list[Membership], user) -> str:
    """Return the name of a direct conversation: the others' names, or the user's own if there are no others."""
    others = [member.user.name for member in members if member.user_id != user.pk]
    return ", ".join(others) or user.name


def list_successors(membership: Membership) -> list:
    """Return the possible new owners if the user, the last owner, leaves; none if there is another owner."""
    return [member.user for member in services.find_successors(membership)[:SUCCESSORS_SHOWN]]


@takes_form_of("room_settings")
@refused_in_words("room_settings")
def archive(request: HttpRequest, room_id: int) -> HttpResponse:
    """Archive a room: it can be read, but not written in."""
    room = own_membership(request.user, room_id).room
    if not is_confirmed(request):
        return ask(request, about_archiving(room), back=reverse("room_settings", args=[room_id]))
    services.archive(room, request.user)
    messages.success(request, gettext("The room is archived."))
    return redirect("room_settings", room_id)


@takes_form_of("room_settings")
@refused_in_words("room_settings")
def restore(request: HttpRequest, room_id: int) -> HttpResponse:
    """Restore an archived room."""
    services.restore(own_membership(request.user, room_id).room, request.user)
    messages.success(request, gettext("The room is restored."))
    return redirect("room_settings", room_id)


@takes_form_of("room_settings")
@refused_in_words("room_settings")
def switch_link_previews(request: HttpRequest, room_id: int) -> HttpResponse:
    """Turn link previews on or off in a room."""
    is_on = bool(request.POST.get("on"))
    services.set_link_previews(own_membership(request.user, room_id).room, request.user, on=is_on)
    messages.success(request, gettext("Link previews are on.") if is_on else gettext("Link previews are off."))
    return redirect("room_settings", room_id)
