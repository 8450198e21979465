"""The page that invites people to a room."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from chat import rate_limits, services
from chat.permissions import may
from chat.views.people_picker import Picking
from chat.views.refusals import refused_in_words
from chat.views.visible_rooms import own_membership
from realtime.shared.errors import Forbidden, Invalid, RateLimited


@require_http_methods(["GET", "HEAD", "POST"])
@refused_in_words("room_settings")
def invite(request: HttpRequest, room_id: int) -> HttpResponse:
    """Show the people picker for people outside the room, and add the people picked."""
    membership = own_membership(request.user, room_id)
    if not may(membership, "invite"):
        raise Forbidden
    picking = Picking(request, outside=membership.room)
    if picking.done:
        try:
            return add_members(request, membership.room, picking.people)
        except (Invalid, RateLimited) as error:
            picking.form.add_error(None, error.message)
    return picking.render("chat/invite.html", room=membership.room)


def add_members(request: HttpRequest, room, people: list) -> HttpResponse:
    rate_limits.invitations.spend(request.user.pk, len(people))
    services.invite(room, request.user, people)
    text = ngettext("%(name)s is now in the room.", "%(count)s people are now in the room.", len(people))
    messages.success(request, text % {"name": people[0].name, "count": len(people)})
    return redirect("room", room.pk)
