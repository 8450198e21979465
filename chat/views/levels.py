"""The form for a room's level and mute, for browsers without a script."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext

from accounts.pages.view_decorators import takes_form_of
from chat import rate_limits, services
from chat.models import Membership
from chat.pages.forms import LevelForm
from chat.states.events import room_topic
from chat.views.refusals import refused_in_words
from chat.views.visible_rooms import own_membership
from notifications.rules.level_choices import split_choice
from notifications.rules.stored_rules import group_levels
from notifications.services import Level
from realtime.shared.errors import Invalid
from realtime.shared.texts import lazy_text as _


@takes_form_of("room_settings")
@refused_in_words("room_settings")
def set_level(request: HttpRequest, room_id: int) -> HttpResponse:
    """Set the user's level of a room, and whether it is muted."""
    membership = own_membership(request.user, room_id)
    form = level_form(membership, request.POST)
    if not form.is_valid():
        raise Invalid(_("Choose from the list what to be notified of."))
    rate_limits.levels.spend(request.user.pk)
    level, mute = split_choice(form.cleaned_data["level"])
    services.set_level(room_id, request.user.pk, level, mute, timezone.get_current_timezone_name())
    messages.success(request, gettext("Saved."))
    return redirect("room_settings", room_id)


def level_form(membership: Membership, data: QueryDict | None = None) -> LevelForm:
    """Return the form with the user's present choice. `data`: the form as it was sent."""
    group = room_topic(membership.room_id)
    chosen = group_levels([membership.user_id], [group]).get(membership.user_id, {}).get(group, Level())
    is_muted = chosen.muted_until is not None and chosen.muted_until > timezone.now()
    muted_until = chosen.muted_until if is_muted else None
    return LevelForm(data, kind=membership.room.kind, level=chosen.level, muted_until=muted_until)
