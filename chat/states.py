"""A room as a client needs it to start with: this state, then events from its `seq` on."""

from chat.entries import room_entry
from chat.events import member_data, message_data
from chat.models import Membership, Message
from chat.permissions import allowed
from chat.querysets import Page
from realtime.errors import NotFound

MESSAGES_AT_FIRST = 60


def room_state(membership: Membership, *, around: int | None = None) -> dict:
    """Return the RoomState of one person's room; the newest messages, or those around a posted_seq."""
    return open_room(membership, around=around)[0]


def open_room(membership: Membership, *, around: int | None = None) -> tuple[dict, Page]:
    """Return the RoomState, and its messages for who draws them.

    The entry is read first: what changes after its `seq` while the rest is read comes again as an event,
    and events are states. The membership's room must be loaded. Raises NotFound where it has ended meanwhile.
    """
    entry = room_entry(membership)
    if not entry["active"]:
        raise NotFound
    page = Message.objects.page(membership.room, around=around, limit=MESSAGES_AT_FIRST)
    members = Membership.objects.filter(room=membership.room_id, active=True).select_related("user").order_by("pk")
    state = {
        "room": entry,
        "can": allowed(membership),
        **page_data(page),
        "members": [member_data(member) for member in members],
        "seq": entry["seq"],
    }
    return state, page


def page_data(page: Page) -> dict:
    """Return a page of messages as JSON values."""
    return {
        "messages": [message_data(message) for message in page.messages],
        "more_before": page.more_before,
        "more_after": page.more_after,
    }
