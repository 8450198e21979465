"""The events of rooms that clients have missed, made of the rows that changed after their cursors."""

from collections.abc import Mapping

from django.db import models
from django.db.models.expressions import RawSQL

from chat.models import Membership, Message, Reaction, Room
from chat.states.events import event_of, reaction_event
from realtime.shared.events import Event
from realtime.shared.statements import run_statement, with_places

# The least size of an event's JSON without the HTML of its message.
EVENT_CHARACTERS = 300
# The rows are counted in the index first, up to the limit. Lengths are read only where there are not too many rows.
MEASURE = """
    WITH wanted (room_id, after) AS (VALUES {{rows}}),
    counted AS MATERIALIZED (
        SELECT room_id, after, (
            SELECT COUNT(*) FROM (
                SELECT 1 FROM chat_message m WHERE m.room_id = wanted.room_id AND m.seq > wanted.after LIMIT {limit} + 1
            ) AS messages
        ) + (
            SELECT COUNT(*) FROM (
                SELECT 1 FROM chat_membership m
                WHERE m.room_id = wanted.room_id AND m.seq > wanted.after LIMIT {limit} + 1
            ) AS members
        ) + (
            SELECT COUNT(*) FROM (
                SELECT 1 FROM chat_reaction x
                WHERE x.room_id = wanted.room_id AND x.seq > wanted.after LIMIT {limit} + 1
            ) AS reactions
        ) + (
            SELECT COUNT(*) FROM chat_room r WHERE r.id = wanted.room_id AND r.seq > wanted.after
        ) AS number
        FROM wanted
    )
    SELECT room_id, number, CASE WHEN number <= {limit} THEN (
        SELECT SUM(LENGTH(m.html) + COALESCE(LENGTH(CAST(m.files AS text)), 0)
            + COALESCE(LENGTH(CAST(m.previews AS text)), 0))
        FROM chat_message m WHERE m.room_id = counted.room_id AND m.seq > counted.after
    ) END
    FROM counted
"""
REACTION_FIELDS = ("message", "user_id", "emoji", "active", "room_id", "seq", "message__reactions")
CHANGED = """
    WITH wanted (room_id, after) AS (VALUES {{rows}})
    SELECT t.id FROM wanted CROSS JOIN {table} t WHERE t.{column} = wanted.room_id AND t.seq > wanted.after
"""


def measure_rooms(cursors: Mapping[int, int], limit: int) -> dict[int, int | None]:
    """Return how many characters the events of each room after its cursor have; None for more than `limit` events."""
    rows = run_statement(MEASURE.format(limit=int(limit)), list(cursors.items()))
    return {
        room_id: number * EVENT_CHARACTERS + int(characters or 0) if number <= limit else None
        for room_id, number, characters in rows
    }


def read_rooms(cursors: Mapping[int, int]) -> dict[int, list[Event]]:
    """Return the events of each room after its cursor, in order. Five queries, for 500 rooms at most."""
    messages = Message.objects.filter(pk__in=changed(Message, "room_id", cursors)).with_people().defer("text")
    members = Membership.objects.filter(pk__in=changed(Membership, "room_id", cursors)).select_related("user")
    rooms = Room.objects.filter(pk__in=changed(Room, "id", cursors))
    reactions = Reaction.objects.filter(pk__in=changed(Reaction, "room_id", cursors)).select_related("message")
    found: dict[int, list[tuple[int, Event]]] = {room_id: [] for room_id in cursors}
    for row in [*messages, *members, *rooms]:
        found[row.pk if isinstance(row, Room) else row.room_id].append((row.seq, event_of(row)))
    for reaction in reactions.only(*REACTION_FIELDS):
        found[reaction.room_id].append((reaction.seq, reaction_event(reaction, reaction.message.reactions or ())))
    return {room_id: [event for _, event in sorted(some, key=seq_of)] for room_id, some in found.items()}


def changed(model: type[models.Model], column: str, cursors: Mapping[int, int]) -> RawSQL:
    """Return the ids of the rows that changed after the cursors, as an expression for the ORM."""
    statement = CHANGED.format(table=model._meta.db_table, column=column)
    values = [value for pair in cursors.items() for value in pair]
    return RawSQL(with_places(statement, len(cursors), 2, "%s"), values)  # noqa: S611 the names are of our tables


def seq_of(pair: tuple[int, Event]) -> int:
    return pair[0]
