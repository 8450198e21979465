"""Fixtures of the browser tests: the site, and two users in the same rooms."""

from types import SimpleNamespace

import pytest
import pytest_asyncio

from tests.browser.past import make_rooms
from tests.conftest import Sites
from tests.services.shared_sites import SharedSites
from tests.services.site import Site


@pytest.fixture
def site(shared_sites: SharedSites, sites: Sites, request: pytest.FixtureRequest) -> Site:
    """Return a shared site, or with an indirect parameter a site with those options."""
    if not hasattr(request, "param"):
        return shared_sites.get(kind="uvicorn")
    return (shared_sites.get if request.node.get_closest_marker("shares_site") else sites)(**request.param)


@pytest_asyncio.fixture(loop_scope="session")
async def two(people, site):
    """Return Ada and Bob, who are members of `general` and `random`, both owned by Ada."""
    ada, bob = await people("ada"), await people("bob")
    general, random = await site.database(make_rooms, ada.id, bob.id)
    return SimpleNamespace(ada=ada, bob=bob, general=general, random=random, site=site)
