"""The form that posts a message without the chat's script, or before it is loaded."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from chat import rate_limits, services
from chat.services import MessageDraft
from chat.views.refusals import refused_in_words
from chat.views.room import show_chat
from chat.views.visible_rooms import own_membership
from realtime.shared.errors import CommandError, Invalid
from realtime.shared.texts import lazy_text as _


@require_POST
@refused_in_words("room")
def post(request: HttpRequest, room_id: int) -> HttpResponse:
    """Post the form's text, and redirect to the room. A form that is sent twice posts once, because of its key."""
    membership = own_membership(request.user, room_id)
    text = request.POST.get("text", "")
    try:
        key = read_key(request)
        rate_limits.posts.spend(membership.user_id)
        [posted] = services.post_messages([MessageDraft(room_id, membership.user_id, key, text)])
        if isinstance(posted, CommandError):
            raise posted
    except CommandError as error:
        # The page keeps the text, so that the user can change it.
        return show_chat(request, membership, text=text, error=error.message, status=422)
    return redirect("room", room_id)


def read_key(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        raise Invalid(_("This form is out of date. Send your message again.")) from None
