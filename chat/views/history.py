"""Pages of a room's messages, by keyset: the page at message 1,000,000 costs as much as the first."""

from django.http import HttpRequest

from accounts.pages.view_decorators import json_page
from chat.models import Message
from chat.states.events import room_topic
from chat.states.room_states import page_data
from chat.views.visible_rooms import own_membership, visible_afterwards
from realtime.engine.sequences import heads
from realtime.shared.errors import Invalid, NotFound
from realtime.shared.http import whole_number
from realtime.shared.texts import lazy_text as _

MESSAGES_A_PAGE = 50
MOST_MESSAGES = 100
EDGES = ("before", "after", "around")


@json_page
@visible_afterwards
def messages_page(request: HttpRequest, room_id: int) -> dict:
    """Return the messages ?before=, ?after= or ?around= a posted_seq; without one, the latest."""
    membership = own_membership(request.user, room_id)
    edges = {name: whole_number(request.GET, name) for name in EDGES}
    if sum(edge is not None for edge in edges.values()) > 1:
        raise Invalid(_("Use only one of before, after and around."))
    limit = whole_number(request.GET, "limit", default=MESSAGES_A_PAGE)
    topic = room_topic(room_id)
    head = heads([topic])[topic]  # Read before the page: a change in between also arrives as an event.
    page = Message.objects.page(membership.room, **edges, limit=min(max(limit, 1), MOST_MESSAGES))
    return {**page_data(page, membership.user_id), "seq": head}


@json_page
@visible_afterwards
def source(request: HttpRequest, room_id: int, message_id: int) -> dict:
    """Return the text of the user's own message as it was typed, for editing. Raises NotFound."""
    own_membership(request.user, room_id)
    written = Message.objects.filter(
        pk=message_id, room_id=room_id, author=request.user, kind=Message.Kind.TEXT, deleted_at=None
    )
    text = written.values_list("text", flat=True).first()
    if text is None:
        raise NotFound
    return {"text": text}
