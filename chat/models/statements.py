"""SQL statements that look up many pairs at once, or that every post runs.

With the ORM a post takes twice as long: docs/decisions/0004-plain-sql-for-posts.md has the figures.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection

from chat.models import Message
from realtime.shared.statements import Query, run_statement

# The wanted pairs come first in each FROM, and CROSS JOIN keeps them there: one index lookup for each pair.
# For `(a, b) IN (VALUES …)` SQLite reads the whole table.
POSTS = """
    WITH wanted (room_id, author_id, key) AS (VALUES {rows})
    SELECT wanted.room_id, wanted.author_id,
           m.role, r.kind, r.archived_at, r.name, u.username, u.display_name, u.avatar,
           p.key, p.id, p.posted_seq, p.room_id, p.text, p.edited_at IS NOT NULL OR p.deleted_at IS NOT NULL,
           CAST(p.files AS text)
    FROM wanted
    LEFT JOIN chat_membership m ON m.room_id = wanted.room_id AND m.user_id = wanted.author_id AND m.active
    LEFT JOIN chat_room r ON r.id = m.room_id
    LEFT JOIN accounts_user u ON u.id = m.user_id AND u.is_active
    LEFT JOIN chat_message p ON p.author_id = wanted.author_id AND p.key = wanted.key
"""
MEMBERS = """
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
MEMBER_COLUMNS, USERNAME = 9, 6  # the first columns of POSTS are those of MEMBERS
PERSON = ("id", "is_active", "username", "display_name", "avatar")  # in the order of the model's fields
INSERT = """
    INSERT INTO chat_message
    (room_id, author_id, kind, key, text, html, everybody, posted_seq, seq, created_at, delete_reason)
    VALUES {rows} RETURNING id, room_id, posted_seq
"""
INSERT_TYPES = "bigint, bigint, text, uuid, text, text, boolean, bigint, bigint, timestamptz, text"
INSERT_WITH_FILES = INSERT.replace("delete_reason)", "delete_reason, files)")
# From the names to the members. The other way round would read all members of a large room.
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
    """The message whose author used this key before. `changed`: it was edited or deleted since. `files`: as JSON."""

    pk: int
    posted_seq: int
    room_id: int
    text: str
    changed: bool
    files: str | None


class RoomFacts(NamedTuple):
    """The columns of a room that decide on a post, and those that its notifications show."""

    kind: str
    archived_at: object
    name: str


class Member(NamedTuple):
    """An active membership: the columns that decide on a post, and those that its event shows.

    For 64 posts in as many rooms, making model instances of all this takes longer than the queries.
    """

    user: object
    room: RoomFacts
    role: str
    active: bool = True


class PostFacts(NamedTuple):
    """The keys that were used before, by (author id, key), and the authors' memberships, by (room id, user id)."""

    used: dict[tuple[int, UUID], UsedKey]
    members: dict[tuple[int, int], Member]


def post_facts(posts: Collection[tuple[int, int, UUID]]) -> Query[PostFacts]:
    """Make a query for the facts that decide on posts, each given as (room id, author id, key)."""
    to_database = Message._meta.get_field("key").get_db_prep_value
    rows = [(room_id, author_id, to_database(key, connection)) for room_id, author_id, key in posts]
    return Query(POSTS, rows, read_post_facts, "bigint, bigint, uuid")


def read_post_facts(rows: Iterable[tuple]) -> PostFacts:
    used: dict[tuple[int, UUID], UsedKey] = {}
    members = []
    for row in rows:
        _, author_id, role, *_ = member = row[:MEMBER_COLUMNS]
        key, *before = row[MEMBER_COLUMNS:]
        if role is not None and member[USERNAME] is not None:
            members.append(member)
        if key is not None:
            used[author_id, key if isinstance(key, UUID) else UUID(key)] = UsedKey(*before)
    return PostFacts(used, read_members(members))


def members_of(pairs: Collection[tuple[int, int]]) -> Query[dict[tuple[int, int], Member]]:
    """Make a query for the active memberships among these (room id, user id) pairs."""
    return Query(MEMBERS, list(pairs), read_members)


def read_members(rows: Iterable[tuple]) -> dict[tuple[int, int], Member]:
    people: dict[int, object] = {}
    members = {}
    for room_id, user_id, role, kind, archived_at, name, username, display_name, avatar in rows:
        if user_id not in people:
            people[user_id] = get_user_model().from_db(None, PERSON, (user_id, True, username, display_name, avatar))
        members[room_id, user_id] = Member(people[user_id], RoomFacts(kind, archived_at, name), role)
    return members


def find_active(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Return the active memberships among these pairs: {(room id, user id): membership id}."""
    return {(room_id, user_id): pk for pk, room_id, user_id in run_statement(ACTIVE, list(pairs))}


def find_named_members(pairs: Collection[tuple[int, str]]) -> Iterator[tuple[int, str, str, int]]:
    """Yield (room id, folded username, username, user id) for the members with these (room id, folded username)."""
    return run_statement(NAMED, list(pairs))


def find_present(pairs: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return those of these (room id, user id) pairs that are members with active accounts."""
    return set(run_statement(PRESENT, list(pairs)))


def find_everybody(room_ids: Collection[int]) -> dict[int, set[int]]:
    """Return the members of these rooms who have active accounts: {room id: user ids}."""
    found: dict[int, set[int]] = {room_id: set() for room_id in room_ids}
    for room_id, user_id in run_statement(EVERYBODY, [(room_id,) for room_id in room_ids]):
        found[room_id].add(user_id)
    return found


def insertion(messages: Sequence[Message]) -> Query[dict[tuple[int, int], int]]:
    """Make a query that inserts these messages and returns their ids: {(room id, posted_seq): id}."""
    rows = [row_of(message) for message in messages]
    if any(message.files for message in messages):
        rows = [(*row, json_of(message.files)) for row, message in zip(rows, messages, strict=True)]
        return Query(INSERT_WITH_FILES, rows, read_ids, f"{INSERT_TYPES}, jsonb")
    return Query(INSERT, rows, read_ids, INSERT_TYPES)


def json_of(files: list[dict] | None) -> str | None:
    return json.dumps(files, ensure_ascii=False) if files else None


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
