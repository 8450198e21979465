import pytest
from django.contrib.auth.hashers import MD5PasswordHasher, make_password

from accounts.backends import find_by_login
from accounts.models import User
from tests.accounts.vocabulary import Browser, errors, person, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("login", ["ada", "Ada", " ada ", "ada@example.com", "ADA@EXAMPLE.COM"])
def test_signs_in_by_username_or_email_address(browser, ada, login):
    assert browser.sign_in(login).status_code == 302
    assert browser.is_in()


def test_signs_in_by_another_form_of_the_username(ada):
    User.objects.filter(pk=ada.pk).update(username="straße", folded_username="strasse")
    assert find_by_login("STRASSE") == find_by_login("straße") == ada


@pytest.mark.parametrize("login", ["ada", "nobody"])
def test_a_wrong_password_and_an_unknown_user_get_the_same_error(browser, ada, login):
    assert errors(browser.sign_in(login, "wrong")) == "Wrong username or password."


@pytest.fixture
def hashes(monkeypatch):
    """Return the passwords that were hashed."""
    hashes = []
    encode = MD5PasswordHasher.encode  # which verify() calls, too
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *given: hashes.append(1) or encode(*given))
    return hashes


@pytest.mark.parametrize("login", ["ada", "ada@example.com", "nobody", "nobody@example.com", "closed", "out"])
def test_a_wrong_password_takes_one_hash_for_any_login(browser, ada, hashes, login):
    person("out", is_active=False)
    User.objects.create(username="closed", password=make_password(None))
    hashes.clear()
    browser.sign_in(login, "wrong")
    assert len(hashes) == 1


@pytest.mark.parametrize("said", ["garbage", "7.7.7.9:1234", "\x00", "192.0.2.7, unknown", ","])
def test_a_proxy_without_a_valid_address_does_not_prevent_sign_in(browser, ada, settings, caplog, said):
    settings.BEHIND_PROXY = True
    response = browser.post("/accounts/login/", {"login": "ada", "password": "x"}, headers={"X-Forwarded-For": said})
    assert errors(response)
    assert caplog.records == []


def test_too_many_attempts_get_the_error_page(browser, ada, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_by_address": "1/m/ip"}
    browser.sign_in("ada", "wrong")
    response = browser.sign_in("ada", "wrong")
    assert response.status_code == 429
    assert b"Too many attempts" in response.content


def test_a_deactivated_user_cannot_sign_in(browser, ada):
    ada.is_active = False
    ada.save()
    response = browser.sign_in("ada")
    assert not browser.is_in()
    assert response.status_code == 200 or response["Location"] == "/accounts/inactive/"


def test_sign_in_redirects_to_the_requested_page(browser, ada):
    response = browser.get("/accounts/profile/")
    assert response["Location"] == "/accounts/login/?next=/accounts/profile/"
    page = browser.get(response["Location"])
    assert b'name="next"' in page.content
    response = browser.post(response["Location"], {"login": "ada", "password": "correct horse battery"})
    assert response["Location"] == "/accounts/profile/"


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "javascript:alert(1)"])
def test_sign_in_does_not_redirect_to_other_sites(browser, ada, target):
    fields = {"login": "ada", "password": "correct horse battery", "next": target}
    assert browser.post("/accounts/login/", fields)["Location"] == "/"


def test_signing_out_closes_the_connections_of_this_browser_only(ada, ended):
    here, there = signed_in(ada), signed_in(ada)
    key = here.session_key
    assert here.get("/accounts/logout/").status_code == 200
    assert here.is_in()
    here.post("/accounts/logout/")
    assert (here.is_in(), there.is_in()) == (False, True)
    assert ended == [(ada.pk, key, None)]


def test_sign_in_needs_the_csrf_token(ada):
    browser = Browser(enforce_csrf_checks=True)
    response = browser.sign_in("ada")
    assert response.status_code == 403
    assert b"This form has expired" in response.content


def test_me_returns_the_user(browser, ada):
    assert browser.get("/accounts/me.json").status_code == 401
    browser.force_login(ada)
    response = browser.get("/accounts/me.json")
    assert response.json() == {"id": ada.pk, "username": "ada", "name": "Ada Lovelace", "avatar": None}
    assert "no-store" in response["Cache-Control"]
