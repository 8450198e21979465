"""The page and the requests that open direct conversations."""

from typing import Annotated

import msgspec
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.pages.view_decorators import takes_form_of
from chat import rate_limits, services
from chat.models import Room
from chat.pages.forms import PeopleForm
from chat.services.rooms import direct_key
from chat.views.people_picker import MOST_PICKED, Picking
from chat.views.refusals import refused_in_words
from realtime.shared.errors import CommandError, Invalid, NotFound
from realtime.shared.http import as_json, read_json, refusal_as_json
from realtime.shared.texts import lazy_text as _

Id = Annotated[int, msgspec.Meta(ge=1, lt=2**53)]


class People(msgspec.Struct, forbid_unknown_fields=True):
    users: Annotated[list[Id], msgspec.Meta(max_length=MOST_PICKED)]


@require_http_methods(["GET", "HEAD", "POST"])
def new_direct(request: HttpRequest) -> HttpResponse:
    """Show the people picker, and open the conversation with the people picked."""
    picking = Picking(request)
    if picking.done:
        try:
            return redirect("room", start(request.user, picking.people).pk)
        except CommandError as error:
            picking.form.add_error(None, error.message)
    return picking.render("chat/direct_new.html")


@takes_form_of("direct_new")
def open_direct(request: HttpRequest) -> HttpResponse:
    """Open the conversation with these people. A form gets a redirect to it, a JSON request the room's id."""
    if request.content_type == "application/json":
        try:
            return as_json({"room": start(request.user, named_people(request)).pk})
        except CommandError as error:
            return refusal_as_json(error)
    return open_from_form(request)


@refused_in_words("direct_new")
def open_from_form(request: HttpRequest) -> HttpResponse:
    form = PeopleForm(request.POST)
    if not form.is_valid():
        raise NotFound
    return redirect("room", start(request.user, form.cleaned_data["users"]).pk)


def named_people(request: HttpRequest) -> list:
    """Return the users of {"users": [id, …]}. Raises NotFound unless all exist."""
    ids = set(read_json(request, People).users)
    people = list(get_user_model().objects.filter(pk__in=ids))
    if len(people) != len(ids):
        raise NotFound
    return people


def start(user, people) -> Room:
    """Open the conversation. Only a new one counts for the rate limit."""
    if known := Room.objects.filter(direct_key=direct_key([user.pk, *(person.pk for person in people)])).first():
        return known
    if not all(person.is_active for person in people):
        raise Invalid(_("This account is deactivated. Nobody would read your messages."))
    rate_limits.conversations.spend(user.pk)
    return services.open_direct(user, list(people))
