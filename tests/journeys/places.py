"""Where the journeys lead: the kinds of sites, and a room."""

import pytest
from django.contrib.auth import get_user_model

from chat import services
from chat.models import Room

TWO_PROCESSES = {"kind": "uvicorn", "postgres": True, "redis": True, "processes": 2}
SITES = {"daphne": {"kind": "daphne"}, "uvicorn": {"kind": "uvicorn"}, "two-processes": TWO_PROCESSES}
UNLIMITED = {f"HUBBUB_{name}": 100_000 for name in ("POSTS_PER_10_SECONDS", "POSTS_BURST", "COMMANDS_PER_10_SECONDS")}
UNLIMITED |= {"HUBBUB_COMMANDS_BURST": 100_000, "HUBBUB_CONNECTS_BURST": 100_000}
everywhere = pytest.mark.parametrize("site", SITES.values(), ids=SITES.keys(), indirect=True)


def make_room(owner_id: int, *member_ids: int, name: str = "general") -> str:
    """Make a public room and return its topic's name."""
    users = get_user_model().objects
    room = services.create_room(users.get(pk=owner_id), kind=Room.Kind.PUBLIC, name=name)
    services.invite(room, users.get(pk=owner_id), list(users.filter(pk__in=member_ids)))
    return f"room.{room.pk}"
