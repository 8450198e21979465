"""Who is meant by the @names of a text."""

from collections.abc import Sequence

from chat.mentions import names_in
from chat.models import Membership

Named = dict[str, int]


def find_named(texts: Sequence[tuple[int, str]]) -> dict[int, Named]:
    """Return {room id: {username: user id}} of the active members that texts of these rooms may name.

    One query, or none where no text has an @.
    """
    names: dict[int, set[str]] = {room_id: set() for room_id, _ in texts}
    for room_id, text in texts:
        names[room_id] |= names_in(text)
    wanted = set().union(*names.values())
    if not wanted:
        return {}
    members = Membership.objects.filter(room__in=names, active=True, user__is_active=True, user__username__in=wanted)
    found: dict[int, Named] = {}
    for room_id, username, user_id in members.values_list("room_id", "user__username", "user_id"):
        found.setdefault(room_id, {})[username] = user_id
    return found
