"""Who is meant by the @names of a text."""

from collections.abc import Sequence

from chat.models.statements import find_named_members, places
from chat.permissions import may
from chat.text.mentions import EVERYBODY, EVERYBODY_NAME, names_in

Named = dict[str, int]


def find_named(texts: Sequence[tuple[int, int, str]]) -> dict[tuple[int, int], Named]:
    """Return what texts may name: {(room id, author id): {username: user id}}, for (room id, author id, text).

    They name the room's active members; and everybody, where the author may. A query for each of the two, or none
    where no text has an @.
    """
    members = find_members([(room_id, text) for room_id, _, text in texts])
    callers = find_callers(texts)
    return {
        (room_id, author_id): members.get(room_id, {})
        | ({EVERYBODY_NAME: EVERYBODY} if (room_id, author_id) in callers else {})
        for room_id, author_id, _ in texts
    }


def find_members(texts: Sequence[tuple[int, str]]) -> dict[int, Named]:
    wanted = {(room_id, name) for room_id, text in texts for name in names_in(text) if name != EVERYBODY_NAME}
    found: dict[int, Named] = {}
    for room_id, username, name, user_id in find_named_members(wanted):
        named = found.setdefault(room_id, {})
        named.setdefault(username, user_id)
        named[name] = user_id  # Exactly as typed goes before another form of it.
    return found


def find_callers(texts: Sequence[tuple[int, int, str]]) -> set[tuple[int, int]]:
    """Return who of these authors calls everybody in a room, and may."""
    calling = {(room_id, author_id) for room_id, author_id, text in texts if EVERYBODY_NAME in names_in(text)}
    return {pair for pair, place in places(calling).run().items() if may(place, "announce")} if calling else set()
