"""Sessions are extended while they are used, with few writes."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import services
from accounts.identity.credentials import Credentials, note_use
from accounts.identity.sessions import COOKIE_SECONDS, RENEWED_AT
from accounts.models import Token
from tests.accounts.vocabulary import signed_in

pytestmark = pytest.mark.django_db
AGE = timedelta(seconds=settings.SESSION_COOKIE_AGE)
LITTLE = timedelta(minutes=1)


@pytest.fixture
def here(browser, ada):
    browser.sign_in("ada")
    return browser


def left() -> timedelta:
    return Session.objects.get().expire_date - timezone.now()


def test_a_session_used_every_week_lives_on(here):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(5):
            clock.shift(timedelta(days=7))
            assert here.is_in()
            assert here.get("/accounts/profile/").status_code == 200


def test_an_unused_session_expires(here):
    here.get("/accounts/profile/")
    with time_machine.travel(timezone.now() + AGE + LITTLE):
        assert not here.is_in()


def test_a_session_is_written_once_a_day(here, monkeypatch):
    saved = []
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.save", lambda *_, **__: saved.append(1))
    for _ in range(3):
        assert "sessionid" not in here.get("/accounts/profile/").cookies
    assert saved == []
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        assert "sessionid" in here.get("/accounts/me.json").cookies
    assert saved == [1]


def test_a_signed_out_visitor_gets_no_session(client):
    assert "sessionid" not in client.get("/accounts/login/").cookies
    assert not Session.objects.exists()


def test_the_cookie_outlives_the_session_but_not_a_sign_out(here):
    assert here.cookies["sessionid"]["max-age"] == COOKIE_SECONDS
    assert here.session[RENEWED_AT]
    here.post("/accounts/logout/")
    assert here.cookies["sessionid"]["max-age"] == 0


def by_session(user) -> Credentials:
    return Credentials(user.pk, user.session_epoch, session_key=signed_in(user).session_key)


def test_a_session_with_an_open_connection_is_extended(ada, django_assert_num_queries):
    mine = by_session(ada)
    Session.objects.update(expire_date=timezone.now() + timedelta(hours=1))
    with django_assert_num_queries(1):
        note_use({mine})
    assert left() > AGE - LITTLE
    before = left()
    note_use({mine})
    assert left() <= before


def test_an_expired_session_is_not_extended(ada):
    mine = by_session(ada)
    Session.objects.update(expire_date=timezone.now())
    note_use({mine})
    assert left() <= timedelta(0)


def test_the_use_of_a_token_with_an_open_connection_is_noted(ada, django_assert_num_queries):
    token, _ = services.make_token(ada, "bot")
    with django_assert_num_queries(1):
        note_use({Credentials(ada.pk, ada.session_epoch, token_id=token.pk)})
    used_at = Token.objects.get().last_used_at
    assert used_at is not None
    note_use({Credentials(ada.pk, ada.session_epoch, token_id=token.pk)})
    assert Token.objects.get().last_used_at == used_at
    note_use(set())
