"""The requests that change memberships: join, leave, set a role, remove."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from accounts.names.bidi_isolation import isolate
from accounts.pages.view_decorators import takes_form_of
from chat import rate_limits, services
from chat.models import Membership
from chat.pages.forms import LeaveForm, RoleForm
from chat.views.questions import about_leaving, about_removing, ask, is_confirmed
from chat.views.refusals import refused_in_words
from chat.views.visible_rooms import find_active_membership, own_membership, visible_room
from realtime.shared.errors import Invalid, NotFound
from realtime.shared.texts import lazy_text as _

ROLE_NAMES = {"owner": _("owner"), "moderator": _("moderator"), "member": _("member")}


@takes_form_of("room")
@refused_in_words("room")
def join(request: HttpRequest, room_id: int) -> HttpResponse:
    """Join a public room. The rate limit counts each time, because each adds a line to the room's timeline."""
    room = visible_room(request.user, room_id)
    if find_active_membership(request.user, room_id) is None:
        rate_limits.joins.spend(request.user.pk)
        services.join(room, request.user)
    return redirect("room", room_id)


@takes_form_of("room_settings")
@refused_in_words("room_settings")
def leave(request: HttpRequest, room_id: int) -> HttpResponse:
    """Leave a room. The last owner chooses a new owner."""
    room = own_membership(request.user, room_id).room
    form = LeaveForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("Choose the new owner from the members of the room."))
    if not is_confirmed(request):
        return ask(request, about_leaving(room), back=reverse("room_settings", args=[room_id]))
    services.leave(room, request.user, hand_over_to=form.cleaned_data["hand_over_to"])
    left = gettext("You left %(room)s.") % {"room": room.name} if room.name else gettext("You left the conversation.")
    messages.success(request, left)
    return redirect("home")


@takes_form_of("room_settings")
@refused_in_words("room_settings")
def set_role(request: HttpRequest, room_id: int, user_id: int) -> HttpResponse:
    """Give a member another role."""
    room, person = find_member(request, room_id, user_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("Choose a role."))
    services.set_role(room, request.user, person, form.cleaned_data["role"])
    messages.success(
        request,
        gettext("%(name)s is now %(role)s.")
        % {"name": isolate(person.name), "role": ROLE_NAMES[form.cleaned_data["role"]]},
    )
    return redirect("room_settings", room_id)


@takes_form_of("room_settings")
@refused_in_words("room_settings")
def remove(request: HttpRequest, room_id: int, user_id: int) -> HttpResponse:
    """Remove a member from the room."""
    room, person = find_member(request, room_id, user_id)
    if not is_confirmed(request):
        return ask(request, about_removing(room, person), back=reverse("room_settings", args=[room_id]))
    services.remove_member(room, request.user, person)
    messages.success(request, gettext("%(name)s is no longer in the room.") % {"name": isolate(person.name)})
    return redirect("room_settings", room_id)


def find_member(request: HttpRequest, room_id: int, user_id: int) -> tuple:
    """Return the user's room, and the member with that id. Raises NotFound."""
    room = own_membership(request.user, room_id).room
    members = Membership.objects.filter(room=room, user_id=user_id, active=True).select_related("user")
    if not (member := members.first()):
        raise NotFound
    return room, member.user
