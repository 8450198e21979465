"""The members that the @names of texts may mention."""

from collections.abc import Sequence

from accounts.names.folded_text import fold
from chat.models import Membership, Message
from chat.models.statements import find_named_members, members_of
from chat.permissions import may
from chat.text.mentions import EVERYBODY, EVERYBODY_NAME, named_in, names_in

Named = dict[str, int]


def find_named(texts: Sequence[tuple[int, int, str]]) -> dict[tuple[int, int], Named]:
    """Return the users that texts may mention: {(room id, author id): {username: user id}}.

    `texts`: (room id, author id, text) each. A text may mention the room's active members, and everybody if its author
    has the right. One query for each of the two; none if no text has an @.
    """
    members = find_members([(room_id, text) for room_id, _, text in texts])
    callers = find_callers(texts)
    return {
        (room_id, author_id): members.get(room_id, {})
        | ({EVERYBODY_NAME: EVERYBODY} if (room_id, author_id) in callers else {})
        for room_id, author_id, _ in texts
    }


def find_mentioned(room_id: int, by, message_id: int) -> dict[str, int]:
    """Return the users that a message of this author already mentions, whatever their usernames are now."""
    message = Message.objects.filter(pk=message_id, room=room_id, author=by.id).only("html").first()
    named = named_in(message.html) if message else {}
    if not named:
        return {}
    members = Membership.objects.filter(room=room_id, active=True, user__in=named.values())
    still_there = set(members.values_list("user_id", flat=True))
    return {form: user_id for name, user_id in named.items() if user_id in still_there for form in (name, fold(name))}


def find_members(texts: Sequence[tuple[int, str]]) -> dict[int, Named]:
    wanted = {(room_id, name) for room_id, text in texts for name in names_in(text) if name != EVERYBODY_NAME}
    found: dict[int, Named] = {}
    for room_id, username, name, user_id in find_named_members(wanted):
        named = found.setdefault(room_id, {})
        named.setdefault(username, user_id)
        named[name] = user_id  # The exact name takes precedence over another form of it.
    return found


def find_callers(texts: Sequence[tuple[int, int, str]]) -> set[tuple[int, int]]:
    """Return the (room id, author id) pairs of authors who use @room and may do so."""
    calling = {(room_id, author_id) for room_id, author_id, text in texts if EVERYBODY_NAME in names_in(text)}
    return {pair for pair, member in members_of(calling).run().items() if may(member, "announce")} if calling else set()
