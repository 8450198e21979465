import os
import time

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import services
from accounts.identity import authentication
from accounts.identity.authentication import STRANGER, AuthenticationMiddleware, find_session_key
from accounts.identity.people import Person
from accounts.identity.session_users import find_signed_in
from accounts.models import User
from realtime.engine import admission
from realtime.shared import threads
from realtime.shared.errors import Unavailable
from realtime.shared.rate_limit import ProcessRateLimit
from tests.accounts.vocabulary import signed_in


def transactional(test):
    """Commit the data of this test, because other threads read it, by connections of their own."""
    return pytest.mark.usefixtures("_threads")(pytest.mark.django_db(transaction=True)(test))


def cookies_of(browser) -> bytes:
    return f"theme=dark; {settings.SESSION_COOKIE_NAME}={browser.session_key}".encode()


async def scope_of(*also: tuple[bytes, bytes], address: str = "192.0.2.1", **headers: bytes) -> dict:
    """Return the scope that the middleware passes to the application."""
    seen = {}

    async def app(scope, receive, send):
        seen.update(scope)

    page = {"host": b"testserver", "origin": b"http://testserver"} | headers
    raw = [*also, *((name.encode(), value) for name, value in page.items())]
    await AuthenticationMiddleware(app)({"type": "websocket", "client": (address, 5), "headers": raw}, None, None)
    return seen


class OnlyAda(ModelBackend):
    """A backend with its own get_user()."""

    def get_user(self, user_id):
        user = super().get_user(user_id)
        return user if user and user.username == "ada" else None


@pytest.fixture
def _threads():
    yield
    threads.close_connections()


@pytest.fixture
def here(ada):
    return signed_in(ada)


def test_a_session_authenticates_its_user(here, ada, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert find_signed_in([here.session_key]) == [ada]


def test_users_who_reconnect_together_take_two_queries(here, ada, bob, django_assert_num_queries):
    his, again = signed_in(bob).session_key, signed_in(ada).session_key
    with django_assert_num_queries(2):
        assert find_signed_in([here.session_key, "forged", his, again, his]) == [ada, None, bob, ada, bob]


@pytest.mark.parametrize("key", ["", "forged", "x" * 500])
def test_an_unknown_session_has_no_user(db, key):
    assert find_signed_in([key]) == [None]


def test_a_custom_backend_finds_the_user(ada, bob, settings):
    only_ada = f"{__name__}.OnlyAda"
    settings.AUTHENTICATION_BACKENDS = [only_ada]
    hers, his = signed_in(ada, only_ada), signed_in(bob, only_ada)
    assert find_signed_in([hers.session_key, his.session_key]) == [ada, None]
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
    assert find_signed_in([hers.session_key]) == [None]


@pytest.mark.parametrize("engine", ["cached_db", "cache", "file", "signed_cookies"])
def test_every_session_store_works(ada, settings, engine, tmp_path):
    settings.SESSION_FILE_PATH = str(tmp_path)
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    here = signed_in(ada)
    for file in tmp_path.iterdir():
        os.utime(file, (time.time(), time.time()))  # the file system uses the machine's clock, not the one of the tests
    assert find_signed_in([here.session_key, "forgedforged"]) == [ada, None]


def test_a_session_with_an_id_of_another_type_has_no_user(here, ada, bob):
    """The other sessions of the same batch are found."""
    row = Session.objects.get()
    old = row.get_decoded() | {"_auth_user_id": "8a9f-uuid"}
    Session.objects.filter(pk=row.pk).update(session_data=SessionStore().encode(old))
    assert find_signed_in([here.session_key, signed_in(bob).session_key]) == [None, bob]


def test_a_session_key_with_nul_is_ignored():
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
def test_an_ended_session_has_no_user(here, ada, end):
    assert find_signed_in([here.session_key]) == [ada]
    end(ada)
    assert find_signed_in([here.session_key]) == [None]


def test_authentication_does_not_change_the_session(here, ada):
    """A WebSocket has no response that could set a new cookie."""
    before = Session.objects.values_list("session_key", "session_data").get()
    User.objects.update(session_epoch=99)
    find_signed_in([here.session_key])
    assert Session.objects.values_list("session_key", "session_data").get() == before


def test_a_session_of_an_old_secret_key_is_valid(here, ada, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key " * 5
    assert find_signed_in([here.session_key]) == [ada]


@transactional
async def test_the_scope_has_the_user(ada):
    here = await sync_to_async(signed_in)(ada)
    cookies = await sync_to_async(cookies_of)(here)
    scope = await scope_of(cookie=cookies)
    assert (scope["user"], scope["person"]) == (ada, Person.of(ada))
    assert scope["credentials"].session_key
    assert scope["refusal"] is None
    scope = await scope_of()
    assert (scope["user"].is_authenticated, scope["person"], scope["credentials"]) == (False, None, None)
    assert (scope["refusal"].status, scope["refusal"].reason) == (403, "it has neither a session nor a token.")
    scope = await scope_of(cookie=b"sessionid=forged")
    assert scope["refusal"].reason == "its session is not known, or has ended."


@transactional
async def test_cookies_in_several_headers_are_joined(ada):
    """A proxy that speaks HTTP/2 with the browser may split the cookies."""
    here = await sync_to_async(signed_in)(ada)
    session = f"{settings.SESSION_COOKIE_NAME}={await sync_to_async(lambda: here.session_key)()}".encode()
    for split in ([session, b"theme=dark"], [b"theme=dark", session], [b"a=b", session, b"c=d"]):
        scope = await scope_of(*((b"cookie", each) for each in split))
        assert scope["user"] == ada


@transactional
async def test_a_token_authenticates_its_user(ada):
    token, key = await sync_to_async(services.make_token)(ada, "bot")
    scope = await scope_of(authorization=f"Bearer {key}".encode())
    assert scope["user"] == ada
    assert scope["credentials"] == (ada.pk, ada.session_epoch, None, token.pk)
    await token.arefresh_from_db()
    assert token.last_used_at


@transactional
@pytest.mark.parametrize("header", [b"Bearer hub_wrong", b"Bearer ", b"Basic YWRhOmFkYQ==", b"\xff\xfe", b""])
async def test_a_wrong_token_is_refused_despite_a_valid_cookie(ada, header):
    here = await sync_to_async(signed_in)(ada)
    cookies = await sync_to_async(cookies_of)(here)
    scope = await scope_of(cookie=cookies, authorization=header)
    assert scope["credentials"] is None
    assert (scope["refusal"].status, scope["refusal"].reason) == (401, "its token is not known.")


async def test_without_the_database_every_handshake_is_refused(monkeypatch):
    def fail(*_, **__):
        raise Unavailable

    monkeypatch.setattr("realtime.shared.threads.run", fail)
    scope = await scope_of(cookie=b"sessionid=x")
    assert scope["credentials"] is None
    assert (scope["refusal"].status, scope["refusal"].retry_after) == (503, 5)
    assert scope["refusal"].reason == "The database does not answer."


@pytest.fixture
def looked_up(monkeypatch):
    """Return the session keys and tokens that are looked up in the database."""
    found = []

    async def find(credentials):
        found.append(credentials)
        return STRANGER

    monkeypatch.setattr(authentication, "authenticate_by_session", find)
    monkeypatch.setattr(authentication, "authenticate_by_token", find)
    return found


@pytest.mark.parametrize("origin", [b"", b"null", b"http://evil.example"])
async def test_a_cookie_from_another_origin_is_not_looked_up(looked_up, origin):
    scope = await scope_of(cookie=b"sessionid=x", origin=origin)
    assert scope["credentials"] is None
    assert scope["refusal"].status == 403
    assert "http://testserver" in scope["refusal"].reason
    assert not looked_up
    await scope_of(cookie=b"sessionid=x")
    await scope_of(authorization=b"Bearer x", origin=origin)
    assert looked_up == [b"sessionid=x", b"Bearer x"]


async def test_lookups_of_unknown_cookies_and_tokens_are_limited(looked_up, monkeypatch):
    monkeypatch.setattr(admission, "handshakes", ProcessRateLimit(6, 1, burst=3))
    for number in range(10):
        secret = {"cookie": b"sessionid=x"} if number % 2 else {"authorization": b"Bearer x"}
        await scope_of(address=f"2001:db8::{number}", **secret)
    assert len(looked_up) == 3
    refusal = (await scope_of(address="2001:db8::11", cookie=b"sessionid=x"))["refusal"]
    assert (refusal.status, refusal.retry_after) == (429, 1)
    await scope_of(address="2001:db8:0:1::1", cookie=b"sessionid=x")
    assert len(looked_up) == 4
