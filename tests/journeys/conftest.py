"""Two people of a real site, and their room."""

import pytest

from tests.conftest import Sites
from tests.journeys.places import make_room
from tests.people import Person
from tests.services.shared_sites import SharedSites
from tests.services.site import Site


@pytest.fixture
def site(shared_sites: SharedSites, sites: Sites, request: pytest.FixtureRequest) -> Site:
    """A site with the options of an indirect parameter; a shared one where the tests leave it in peace."""
    options = getattr(request, "param", {})
    return shared_sites.get(**options) if request.node.get_closest_marker("shares_site") else sites(**options)


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
