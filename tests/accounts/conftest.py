import pytest

from tests.accounts import vocabulary
from tests.accounts.vocabulary import Browser, person


@pytest.fixture(autouse=True)
def _a_fresh_world(settings, tmp_path):
    """No picture is left over, nobody follows profiles but the test."""
    vocabulary.told.clear()
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.ACCOUNTS_PROFILE_FOLLOWERS = ["tests.accounts.vocabulary.follow"]
    settings.ACCOUNTS_ERASURE_FOLLOWERS = ["accounts.erasure.erase_sessions"]


@pytest.fixture
def ada(db):
    return person("ada", display_name="Ada Lovelace", email="ada@example.com")


@pytest.fixture
def bob(db):
    return person("bob")


@pytest.fixture
def browser():
    return Browser()


@pytest.fixture
def ended(monkeypatch):
    """Which connections were to be closed, in order: (user id, session key, token id)."""
    calls = []

    def end_connections(user_id, *, session_key=None, token_id=None):
        calls.append((user_id, session_key, token_id))

    for module in ("services", "signals"):
        monkeypatch.setattr(f"accounts.{module}.end_connections", end_connections)
    return calls
