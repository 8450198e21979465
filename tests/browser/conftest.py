"""Two people in the same room, each in a window of their own."""

from types import SimpleNamespace

import pytest
import pytest_asyncio

from tests.browser.past import make_rooms
from tests.conftest import Sites
from tests.services.site import Site
from tests.services.standing_sites import StandingSites


@pytest.fixture
def site(standing_sites: StandingSites, sites: Sites, request: pytest.FixtureRequest) -> Site:
    """A site that is shared; or one of this test's own, of which an indirect parameter has the options."""
    if not hasattr(request, "param"):
        return standing_sites.get(kind="uvicorn")
    return (standing_sites.get if request.node.get_closest_marker("shares_site") else sites)(**request.param)


@pytest_asyncio.fixture(loop_scope="session")
async def two(people, site):
    """Ada and Bob, who are in `general` and `random`, which are Ada's."""
    ada, bob = await people("ada"), await people("bob")
    general, random = await site.database(make_rooms, ada.id, bob.id)
    return SimpleNamespace(ada=ada, bob=bob, general=general, random=random, site=site)
