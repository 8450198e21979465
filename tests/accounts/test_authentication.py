import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import services
from accounts.authentication import AuthenticationMiddleware, authenticate_by_session, find_session_key
from accounts.models import User
from accounts.people import Person
from realtime import threads
from realtime.errors import Unavailable
from tests.accounts.vocabulary import signed_in


def transactional(test):
    """The threads see only what is committed, and keep connections of their own."""
    return pytest.mark.usefixtures("_threads")(pytest.mark.django_db(transaction=True)(test))


def cookies_of(browser) -> bytes:
    return f"theme=dark; {settings.SESSION_COOKIE_NAME}={browser.session_key}".encode()


async def scope_of(**headers: bytes) -> dict:
    """Return what the application behind the middleware gets to know."""
    seen = {}

    async def app(scope, receive, send):
        seen.update(scope)

    raw = [(name.encode(), value) for name, value in headers.items()]
    await AuthenticationMiddleware(app)({"type": "websocket", "headers": raw}, None, None)
    return seen


@pytest.fixture
def _threads():
    yield
    threads.close_connections()


@pytest.fixture
def here(ada):
    return signed_in(ada)


def test_a_browser_comes_with_its_session(here, ada, django_assert_num_queries):
    with django_assert_num_queries(2):
        user, credentials = authenticate_by_session(cookies_of(here))
    assert user == ada
    assert credentials == (ada.pk, ada.session_epoch, here.session_key, None)


@pytest.mark.parametrize("cookies", [b"", b"sessionid=", b"sessionid=forged", b"=;;\xff", b'sessionid="; x='])
def test_a_stranger_is_nobody(db, cookies):
    user, credentials = authenticate_by_session(cookies)
    assert (user.is_authenticated, credentials) == (False, None)


def test_a_key_that_no_database_can_look_for_is_none():
    assert find_session_key(rb'sessionid="\101bcdefgh"') == "Abcdefgh"
    assert find_session_key(rb'sessionid="\000bcdefgh"') is None


def sign_out(user):
    Session.objects.all().delete()


def expire(user):
    Session.objects.update(expire_date=timezone.now())


def change_password(user):
    user.set_password("another one that is good")
    user.save()


def delete(user):
    user.delete()


@pytest.mark.parametrize("end", [sign_out, expire, change_password, services.end_sessions, services.deactivate, delete])
def test_a_session_that_ended_lets_nobody_in(here, ada, end):
    cookies = cookies_of(here)
    assert authenticate_by_session(cookies)[1] is not None
    end(ada)
    assert authenticate_by_session(cookies)[1] is None


def test_a_session_is_not_touched(here, ada):
    """A WebSocket cannot bring the browser a new cookie."""
    before = Session.objects.values_list("session_key", "session_data").get()
    User.objects.update(session_epoch=99)
    authenticate_by_session(cookies_of(here))
    assert Session.objects.values_list("session_key", "session_data").get() == before


def test_an_old_secret_key_still_counts(here, ada, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key " * 5
    assert authenticate_by_session(cookies_of(here))[0] == ada


@transactional
async def test_the_scope_tells_who_it_is(ada):
    here = await sync_to_async(signed_in)(ada)
    cookies = await sync_to_async(cookies_of)(here)
    scope = await scope_of(cookie=cookies)
    assert (scope["user"], scope["person"]) == (ada, Person.of(ada))
    assert scope["credentials"].session_key
    scope = await scope_of()
    assert (scope["user"].is_authenticated, scope["person"], scope["credentials"]) == (False, None, None)


@transactional
async def test_a_program_comes_with_a_token(ada):
    token, key = await sync_to_async(services.make_token)(ada, "bot")
    scope = await scope_of(authorization=f"Bearer {key}".encode())
    assert scope["user"] == ada
    assert scope["credentials"] == (ada.pk, ada.session_epoch, None, token.pk)
    await token.arefresh_from_db()
    assert token.last_used_at


@transactional
@pytest.mark.parametrize("header", [b"Bearer hub_wrong", b"Bearer ", b"Basic YWRhOmFkYQ==", b"\xff\xfe", b""])
async def test_a_wrong_token_is_not_made_good_by_a_cookie(ada, header):
    here = await sync_to_async(signed_in)(ada)
    cookies = await sync_to_async(cookies_of)(here)
    scope = await scope_of(cookie=cookies, authorization=header)
    assert scope["credentials"] is None


async def test_while_the_database_is_away_everybody_is_a_stranger(monkeypatch, caplog):
    async def fail(*_):
        raise Unavailable

    monkeypatch.setattr("accounts.authentication.read", fail)
    scope = await scope_of(cookie=b"sessionid=x")
    assert scope["credentials"] is None
    assert "could not be looked up" in caplog.text
