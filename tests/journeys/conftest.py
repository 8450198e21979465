"""Two people of a real site, and their room."""

import pytest

from tests.journeys.places import make_room
from tests.people import Person


@pytest.fixture
async def ada(site) -> Person:
    return await site.person("ada")


@pytest.fixture
async def bob(site) -> Person:
    return await site.person("bob")


@pytest.fixture
async def room(site, ada, bob) -> str:
    """The topic of a room of Ada's, with Bob in it."""
    return await site.database(make_room, ada.id, bob.id)
