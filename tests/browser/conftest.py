"""Two people in the same room, each in a window of their own."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from tests.browser.past import clear, make_rooms
from tests.conftest import Sites
from tests.services.databases import Templates
from tests.services.site import Site


@pytest.fixture(scope="session")
def standing_site(templates: Templates) -> Iterator[Site]:
    """One server for all tests that leave it in peace: starting one costs more than most of them."""
    site = Site(templates, kind="uvicorn")
    site.start()
    yield site
    site.close()


@pytest.fixture
def site(standing_site: Site, sites: Sites, request: pytest.FixtureRequest) -> Site:
    """The standing site, emptied; or a site of this test's own, of which an indirect parameter has the options."""
    if hasattr(request, "param"):
        return sites(**request.param)
    standing_site.database.run(clear)
    return standing_site


@pytest.fixture
async def two(people, site):
    """Ada and Bob, who are in `general` and `random`, which are Ada's."""
    ada, bob = await people("ada"), await people("bob")
    general, random = await site.database(make_rooms, ada.id, bob.id)
    return SimpleNamespace(ada=ada, bob=bob, general=general, random=random, site=site)
