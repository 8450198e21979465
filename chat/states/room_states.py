"""Room states: a room as a client needs it to start or after a reset. Events follow after its `seq`."""

from chat.models import Membership, Message
from chat.models.querysets import MessagePage
from chat.permissions import allowed
from chat.states.events import mark_own_reactions, member_data, message_data
from chat.states.sidebar_entries import room_entry
from realtime.shared.errors import NotFound

MESSAGES_AT_FIRST = 60
# A larger room's state has its owners and moderators, and then the first members. The page of its members has all.
MEMBERS_AT_FIRST = 200


def room_state(membership: Membership, *, around: int | None = None) -> dict:
    """Return the RoomState for a member, with the newest messages or those around a posted_seq."""
    return open_room(membership, around=around)[0]


def open_room(
    membership: Membership, *, around: int | None = None, at_first_new: bool = False
) -> tuple[dict, MessagePage]:
    """Return the RoomState, and its messages for a page that the server renders.

    `at_first_new`: the messages around the first unread one. The membership's room must be loaded.
    The sidebar entry is read first: a change after its `seq`, while the rest is read, arrives again as an event, which
    does no harm because events are states. Raises NotFound if the membership has ended meanwhile.
    """
    entry = room_entry(membership)
    if not entry["active"]:
        raise NotFound
    page = Message.objects.page(membership.room, around=around, limit=MESSAGES_AT_FIRST)
    read = entry["last_read_seq"]
    if at_first_new and entry["unread"] and page.more_before and page.messages[0].posted_seq > read:
        page = Message.objects.page(membership.room, around=read + 1, limit=MESSAGES_AT_FIRST)
    state = {
        "room": entry,
        "can": allowed(membership),
        **page_data(page, membership.user_id),
        **first_members(membership),
        "seq": entry["seq"],
    }
    return state, page


def first_members(membership: Membership) -> dict:
    """Return `members`, bounded so that a large room's state is not larger, and `member_count`. Four queries."""
    members = Membership.objects.filter(room=membership.room_id, active=True)
    people = members.select_related("user").order_by("pk")
    found = list(people[: MEMBERS_AT_FIRST + 1])
    count = len(found)
    if count > MEMBERS_AT_FIRST:
        count = members.count()
        first = [*people.exclude(role=Membership.Role.MEMBER)[:MEMBERS_AT_FIRST], *people.filter(pk=membership.pk)]
        found = list({member.pk: member for member in [*first, *found]}.values())[:MEMBERS_AT_FIRST]
    return {"members": [member_data(member) for member in found], "member_count": count}


def page_data(page: MessagePage, user_id: int) -> dict:
    """Return a page of messages as JSON values, for this user. One query, if there are reactions."""
    messages = [message_data(message) for message in page.messages]
    mark_own_reactions(messages, user_id)
    return {
        "messages": messages,
        "more_before": page.more_before,
        "more_after": page.more_after,
    }
