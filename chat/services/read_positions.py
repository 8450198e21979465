"""The read positions of users in rooms."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction

from accounts.identity.people import user_topic
from chat.models import Membership
from chat.models.statements import find_active
from chat.states.events import room_topic
from chat.states.sidebar_entries import entry_events
from notifications import services as notifications
from realtime.engine.publish import publish
from realtime.engine.sequences import heads, lock, number_each
from realtime.shared.errors import CommandError, NotFound


class Reading(NamedTuple):
    """A user has read a room up to this posted_seq."""

    room_id: int
    user_id: int
    seq: int


def mark_read(room_id: int, user_id: int, seq: int) -> None:
    """Store that a user has read a room up to `seq`. Raises NotFound for a room that they are not in."""
    [error] = mark_readings([Reading(room_id, user_id, seq)])
    if error:
        raise error


@transaction.atomic
def mark_readings(readings: Sequence[Reading]) -> list[CommandError | None]:
    """Store read positions, which never move backwards, and publish each to the user's tabs and devices.

    Returns an error or None for each reading, in their order. A seq beyond the room's head counts as the head:
    otherwise the next messages would count as read. A reading that changes nothing is not published.
    """
    furthest = find_furthest(readings)
    lock(user_topic(user_id) for _, user_id in furthest)
    ids = find_active(furthest).values()
    rows = {(row.room_id, row.user_id): row for row in Membership.objects.filter(pk__in=ids)}
    move(rows, furthest)
    return [None if (reading.room_id, reading.user_id) in rows else NotFound() for reading in readings]


def find_furthest(readings: Sequence[Reading]) -> dict[tuple[int, int], int]:
    """Return the highest seq for each (room id, user id)."""
    furthest: dict[tuple[int, int], int] = {}
    for room_id, user_id, seq in readings:
        furthest[room_id, user_id] = max(seq, furthest.get((room_id, user_id), 0))
    return furthest


def move(rows: dict[tuple[int, int], Membership], furthest: dict[tuple[int, int], int]) -> None:
    """Save and publish the memberships whose read position moves forward."""
    ends = heads({room_topic(room_id) for room_id, _ in rows})
    moved = []
    for pair, row in rows.items():
        seq = min(furthest[pair], ends[room_topic(row.room_id)])
        if seq > row.last_read_seq:
            row.last_read_seq = seq
            moved.append(row)
    seqs = number_each(user_topic(row.user_id) for row in moved)
    for row, seq in zip(moved, seqs, strict=True):
        row.person_seq = seq
    Membership.objects.bulk_update(moved, ["last_read_seq", "person_seq"])
    publish(entry_events(moved))
    notifications.mark_groups_read([(row.user_id, room_topic(row.room_id), row.last_read_seq) for row in moved])
