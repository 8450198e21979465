"""Data from before the test: rooms, users and messages written into the database."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model

from chat import services
from chat.models import Message, Room
from chat.services import MessageDraft

KINDS = [pytest.param({"kind": kind}, id=kind, marks=pytest.mark.shares_site) for kind in ("daphne", "uvicorn")]
both_servers = pytest.mark.parametrize("site", KINDS, indirect=True)
own_server = pytest.mark.parametrize("site", [{}], ids=["own server"], indirect=True)


def make_rooms(ada_id: int, bob_id: int) -> tuple[int, int]:
    ada, bob = _person(ada_id), _person(bob_id)
    rooms = [services.create_room(ada, kind="public", name=name) for name in ("general", "random")]
    for room in rooms:
        services.join(room, bob)
    return rooms[0].pk, rooms[1].pk


def make_direct(one_id: int, other_id: int) -> int:
    return services.open_direct(_person(one_id), [_person(other_id)]).pk


def choose_language(user_id: int, language: str) -> None:
    get_user_model().objects.filter(pk=user_id).update(language=language)


def join(user_id: int, *room_ids: int) -> None:
    for room_id in room_ids:
        services.join(Room.objects.get(pk=room_id), _person(user_id))


def change_room(room_id: int, user_id: int, name: str, topic: str) -> None:
    services.update_room(Room.objects.get(pk=room_id), _person(user_id), name=name, topic=topic)


def post(room_id: int, author_id: int, *texts: str) -> list[int]:
    """Post texts and return the messages' ids."""
    posted = services.post_messages([MessageDraft(room_id, author_id, uuid4(), text) for text in texts])
    return [each.id for each in posted]


def post_many(room_id: int, author_id: int, count: int) -> None:
    for start in range(0, count, 100):
        numbers = range(start, min(start + 100, count))
        post(room_id, author_id, *(f"number {number:04}" for number in numbers))


def post_at(room_id: int, author_id: int, *moments: timedelta) -> None:
    """Post "said 1", "said 2", …, each at its moment before today's noon."""
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    Message.objects.filter(room=room_id).update(created_at=noon - max(moments))
    ids = post(room_id, author_id, *(f"said {number}" for number in range(1, len(moments) + 1)))
    for id, moment in zip(ids, moments, strict=True):
        Message.objects.filter(pk=id).update(created_at=noon - moment)


def live_in(user_id: int, zone: str) -> None:
    person = _person(user_id)
    person.time_zone = zone
    person.save()


def read_all(room_id: int, user_id: int) -> None:
    services.mark_read(room_id, user_id, Message.objects.filter(room=room_id).latest("posted_seq").posted_seq)


def archive(room_id: int) -> None:
    room = Room.objects.get(pk=room_id)
    services.archive(room, room.memberships.get(role="owner").user)


def restore(room_id: int) -> None:
    room = Room.objects.get(pk=room_id)
    services.restore(room, room.memberships.get(role="owner").user)


def texts(room_id: int) -> list[str]:
    """Return the stored texts of a room, in order."""
    return list(Message.objects.filter(room=room_id, kind="text").order_by("posted_seq").values_list("text", flat=True))


def _person(id: int):
    return get_user_model().objects.get(pk=id)
