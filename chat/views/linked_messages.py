"""The messages to which others link, for the script of the chat."""

import re

from django.http import HttpRequest

from accounts.pages.view_decorators import json_page
from chat import rate_limits
from chat.pages.linked_messages import show_linked
from chat.text.outside_links import MessagePlace

PLACE = re.compile(r"([0-9]{1,18})\.([0-9]{1,18})")
MOST_PLACES = 50


@json_page
def linked_messages(request: HttpRequest) -> dict:
    """Return those of the messages ?at=42.1207&at=… that the user may see. Others are left out, whatever they are."""
    rate_limits.linked_messages.spend(request.user.pk)
    matches = [PLACE.fullmatch(text) for text in request.GET.getlist("at")[:MOST_PLACES]]
    places = {MessagePlace(int(match[1]), int(match[2])) for match in matches if match}
    return {"messages": show_linked(request.user, places)}
