"""Two people in the same room, each in a window of their own."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model

from chat import services
from chat.services import Draft


def make_rooms(ada_id: int, bob_id: int) -> tuple[int, int]:
    users = get_user_model().objects
    ada, bob = users.get(pk=ada_id), users.get(pk=bob_id)
    rooms = [services.create_room(ada, kind="public", name=name) for name in ("general", "random")]
    for room in rooms:
        services.join(room, bob)
    return rooms[0].pk, rooms[1].pk


def post_many(room_id: int, author_id: int, count: int) -> None:
    for start in range(0, count, 100):
        numbers = range(start, min(start + 100, count))
        services.post_messages([Draft(room_id, author_id, uuid4(), f"number {number:04}") for number in numbers])


@pytest.fixture
async def two(people, site):
    """Ada and Bob, who are in `general` and `random`."""
    ada, bob = await people("ada"), await people("bob")
    general, random = await site.database(make_rooms, ada.id, bob.id)
    return SimpleNamespace(ada=ada, bob=bob, general=general, random=random, site=site)
