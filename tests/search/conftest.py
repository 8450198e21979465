"""An empty index for each test."""

import pytest

from realtime.engine.sequences import find_epoch
from search import postgresql_index, sqlite_index
from search.index import site_index


@pytest.fixture
def index(db):
    index = site_index()
    index.clear(find_epoch())
    return index


@pytest.fixture(params=["reading", "index"])
def way(request, monkeypatch) -> str:
    """Both ways to find candidates: reading all documents of a few rooms, and by the tokens."""
    if request.param == "index":
        for module in (sqlite_index, postgresql_index):
            monkeypatch.setattr(module, "MOST_READ", 0)
        monkeypatch.setattr(postgresql_index, "NEWEST", 2)
        monkeypatch.setattr(postgresql_index, "SMALL_SHARE", 0.5)
    return request.param
