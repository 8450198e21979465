import pytest

from tests.accounts import vocabulary
from tests.accounts.vocabulary import Browser, person


@pytest.fixture(autouse=True)
def _isolation(settings, tmp_path):
    """Start each test without pictures, and with the test's own followers only."""
    vocabulary.changed_profiles.clear()
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
    """Return the calls that close connections, in order: (user id, session key, token id)."""
    calls = []

    def end_connections(user_id, *, session_key=None, token_id=None):
        calls.append((user_id, session_key, token_id))

    for module in ("services", "signals"):
        monkeypatch.setattr(f"accounts.{module}.end_connections", end_connections)
    return calls
