"""The static files and the migrated database that this run has already made, for the sites of benchmarks."""

from collections.abc import Iterator

import pytest

from bench import hubbub
from tests.services.databases import Templates


@pytest.fixture(scope="session", autouse=True)
def _templates_of_this_run(templates: Templates) -> Iterator[None]:
    """Let sites copy the templates of all tests: `make bench` makes the same ones, in twenty seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hubbub, "static_files", lambda _tree: templates.static)
        patch.setattr(hubbub, "migrated", lambda _tree: templates.sqlite)
        yield
