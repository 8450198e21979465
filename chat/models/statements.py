"""The statements that look for many pairs at once, or are on the way of every post, in plain SQL.

Through the ORM a post takes twice as long: docs/decisions/0004-plain-sql-for-posts.md has the numbers.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection

from chat.models import Message
from realtime.shared.statements import Query, run

# What is looked for comes first in each FROM, and CROSS JOIN keeps it there: one look into an index for each.
# SQLite answers `(a, b) IN (VALUES …)` by reading the whole table.
POSTS = """
    WITH wanted (room_id, author_id, key) AS (VALUES {rows})
    SELECT wanted.room_id, wanted.author_id,
           m.role, r.kind, r.archived_at, r.name, u.username, u.display_name, u.avatar,
           p.key, p.id, p.posted_seq, p.room_id, p.text, p.edited_at IS NOT NULL OR p.deleted_at IS NOT NULL
    FROM wanted
    LEFT JOIN chat_membership m ON m.room_id = wanted.room_id AND m.user_id = wanted.author_id AND m.active
    LEFT JOIN chat_room r ON r.id = m.room_id
    LEFT JOIN accounts_user u ON u.id = m.user_id AND u.is_active
    LEFT JOIN chat_message p ON p.author_id = wanted.author_id AND p.key = wanted.key
"""
PLACES = """
    WITH wanted (room_id, user_id) AS (VALUES {rows})
    SELECT m.room_id, m.user_id, m.role, r.kind, r.archived_at, r.name, u.username, u.display_name, u.avatar
    FROM wanted CROSS JOIN chat_membership m
    JOIN chat_room r ON r.id = m.room_id
    JOIN accounts_user u ON u.id = m.user_id
    WHERE m.room_id = wanted.room_id AND m.user_id = wanted.user_id AND m.active AND u.is_active
"""
ACTIVE = """
    WITH wanted (room_id, user_id) AS (VALUES {rows})
    SELECT m.id, m.room_id, m.user_id
    FROM wanted CROSS JOIN chat_membership m
    WHERE m.room_id = wanted.room_id AND m.user_id = wanted.user_id AND m.active
"""
PLACE_COLUMNS, USERNAME = 9, 6  # the first of POSTS are those of PLACES
PERSON = ("id", "is_active", "username", "display_name", "avatar")  # in the order of the model's fields
INSERT = """
    INSERT INTO chat_message
    (room_id, author_id, kind, key, text, html, everybody, posted_seq, seq, created_at, delete_reason)
    VALUES {rows} RETURNING id, room_id, posted_seq
"""
# From the names to the members: the other way round it would look at all members of a large room.
NAMED = """
    WITH wanted (room_id, name) AS (VALUES {rows})
    SELECT m.room_id, u.folded_username, u.username, u.id
    FROM wanted CROSS JOIN accounts_user u CROSS JOIN chat_membership m
    WHERE u.folded_username = wanted.name AND u.is_active
    AND m.room_id = wanted.room_id AND m.user_id = u.id AND m.active
"""
PRESENT = """
    WITH wanted (room_id, user_id) AS (VALUES {rows})
    SELECT m.room_id, m.user_id
    FROM wanted CROSS JOIN chat_membership m CROSS JOIN accounts_user u
    WHERE m.room_id = wanted.room_id AND m.user_id = wanted.user_id AND m.active AND u.id = m.user_id AND u.is_active
"""
EVERYBODY = """
    WITH wanted (room_id) AS (VALUES {rows})
    SELECT m.room_id, m.user_id
    FROM wanted CROSS JOIN chat_membership m CROSS JOIN accounts_user u
    WHERE m.room_id = wanted.room_id AND m.active AND u.id = m.user_id AND u.is_active
"""


class UsedKey(NamedTuple):
    """A message that was posted before; `changed`: its text is no longer the one posted."""

    pk: int
    posted_seq: int
    room_id: int
    text: str
    changed: bool


class PlacesRoom(NamedTuple):
    """As much of a room as it takes to judge a post, and to tell of it."""

    kind: str
    archived_at: object
    name: str


class Place(NamedTuple):
    """An active membership, as much of it as it takes to judge a post and to tell it.

    Where 64 people post in as many rooms, making models of all this takes longer than the database.
    """

    user: object
    room: PlacesRoom
    role: str
    active: bool = True


class PostFacts(NamedTuple):
    """What was posted before, by author and key, and who is in which room: {(room id, user id): place}."""

    used: dict[tuple[int, UUID], UsedKey]
    places: dict[tuple[int, int], Place]


def post_facts(posts: Collection[tuple[int, int, UUID]]) -> Query[PostFacts]:
    """Ask what it takes to judge posts, each (room id, author id, key)."""
    to_database = Message._meta.get_field("key").get_db_prep_value
    rows = [(room_id, author_id, to_database(key, connection)) for room_id, author_id, key in posts]
    return Query(POSTS, rows, read_post_facts)


def read_post_facts(rows: Iterable[tuple]) -> PostFacts:
    used: dict[tuple[int, UUID], UsedKey] = {}
    places = []
    for row in rows:
        _, author_id, role, *_ = place = row[:PLACE_COLUMNS]
        key, *before = row[PLACE_COLUMNS:]
        if role is not None and place[USERNAME] is not None:
            places.append(place)
        if key is not None:
            used[author_id, key if isinstance(key, UUID) else UUID(key)] = UsedKey(*before)
    return PostFacts(used, read_places(places))


def places(pairs: Collection[tuple[int, int]]) -> Query[dict[tuple[int, int], Place]]:
    """Ask who of these is in which room: {(room id, user id): place}."""
    return Query(PLACES, list(pairs), read_places)


def read_places(rows: Iterable[tuple]) -> dict[tuple[int, int], Place]:
    people: dict[int, object] = {}
    places = {}
    for room_id, user_id, role, kind, archived_at, name, username, display_name, avatar in rows:
        if user_id not in people:
            people[user_id] = get_user_model().from_db(None, PERSON, (user_id, True, username, display_name, avatar))
        places[room_id, user_id] = Place(people[user_id], PlacesRoom(kind, archived_at, name), role)
    return places


def find_active(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Return who of these is in which room: {(room id, user id): membership id}."""
    return {(room_id, user_id): pk for pk, room_id, user_id in run(ACTIVE, list(pairs))}


def find_named_members(pairs: Collection[tuple[int, str]]) -> Iterator[tuple[int, str, str, int]]:
    """Yield (room id, folded username, username, user id) for members with these (room id, folded username)."""
    return run(NAMED, list(pairs))


def find_present(pairs: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return who of these is in which room, and has an active account: (room id, user id)."""
    return set(run(PRESENT, list(pairs)))


def find_everybody(room_ids: Collection[int]) -> dict[int, set[int]]:
    """Return the members of these rooms who have active accounts: {room id: user ids}."""
    found: dict[int, set[int]] = {room_id: set() for room_id in room_ids}
    for room_id, user_id in run(EVERYBODY, [(room_id,) for room_id in room_ids]):
        found[room_id].add(user_id)
    return found


def insertion(messages: Sequence[Message]) -> Query[dict[tuple[int, int], int]]:
    """Insert these messages, and ask for their ids: {(room id, posted_seq): id}."""
    return Query(INSERT, [row_of(message) for message in messages], read_ids)


def read_ids(rows: Iterable[tuple[int, int, int]]) -> dict[tuple[int, int], int]:
    return {(room_id, posted_seq): pk for pk, room_id, posted_seq in rows}


def row_of(message: Message) -> tuple:
    return (
        message.room_id,
        message.author_id,
        message.kind,
        Message._meta.get_field("key").get_db_prep_value(message.key, connection),
        message.text,
        message.html,
        message.everybody,
        message.posted_seq,
        message.seq,
        connection.ops.adapt_datetimefield_value(message.created_at),
        message.delete_reason,
    )
