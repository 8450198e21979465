"""Limits on sign-in attempts: guessing is slow, and does not lock the account's owner out."""

import pytest
from django.core import mail

from accounts.sign_in.known_devices import COOKIE, PEOPLE_A_DEVICE
from tests.accounts.vocabulary import NEW_PASSWORD, PASSWORD, Browser, errors, link_in_email, person

pytestmark = pytest.mark.django_db

TOO_MANY = "Too many failed attempts."


def at(address: str) -> Browser:
    """Return a browser with this address."""
    return Browser(REMOTE_ADDR=address)


def guess(browser: Browser, times: int, login: str = "ada") -> None:
    for _ in range(times):
        browser.sign_in(login, "wrong")


def guess_from_everywhere(times: int, login: str = "ada") -> None:
    for number in range(times):
        guess(at(f"198.51.100.{number}"), 1, login)


def refuses(browser: Browser, login: str = "ada") -> bool:
    """Say whether the right password is refused."""
    response = browser.sign_in(login)
    assert browser.is_in() is not (response.status_code == 200)
    return response.status_code == 200 and TOO_MANY in errors(response)


def test_guesses_lock_out_only_their_own_address(ada):
    stranger = at("198.51.100.1")
    guess(stranger, 5)
    assert refuses(stranger)
    assert not refuses(at("192.0.2.1"))


def test_all_forms_of_a_name_share_one_limit(ada):
    stranger = at("198.51.100.1")
    guess(stranger, 3)
    guess(stranger, 2, "ADA@example.com")
    assert refuses(stranger, "Ada")


def test_an_ipv6_network_counts_as_one_address(ada):
    guess(at("2001:db8:1:2::1"), 5)
    assert refuses(at("2001:db8:1:2:ffff::9"))
    assert not refuses(at("2001:db8:1:3::1"))


def test_guesses_of_one_name_from_many_addresses_are_limited(ada, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed_by_name": "8/h/key"}
    guess_from_everywhere(8)
    assert refuses(at("203.0.113.1"))
    person("bob")
    assert not refuses(at("203.0.113.2"), "bob")


def test_the_limits_do_not_show_who_has_an_account(db, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed_by_name": "8/h/key"}
    guess_from_everywhere(8, "nobody")
    assert TOO_MANY in errors(at("203.0.113.1").sign_in("nobody", "wrong"))


def test_a_known_browser_can_sign_in_despite_guesses(ada, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_failed_by_name": "8/h/key"}
    here = at("192.0.2.1")
    here.sign_in("ada")
    here.post("/accounts/logout/")
    guess_from_everywhere(8)
    guess(at("203.0.113.1"), 10)  # at the address of a café
    here.defaults["REMOTE_ADDR"] = "203.0.113.1"
    assert not refuses(here)


def test_a_known_address_can_sign_in_despite_guesses(ada, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed_by_name": "8/h/key"}
    at("192.0.2.1").sign_in("ada")
    guess_from_everywhere(8)
    assert not refuses(at("192.0.2.1"))  # in another browser


def test_a_reset_makes_the_browser_known(ada, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed_by_name": "8/h/key"}
    guess_from_everywhere(8)
    new = at("203.0.113.1")
    assert refuses(new)
    new.post("/accounts/password/reset/", {"email": "ada@example.com"})
    page = new.get(link_in_email(), follow=True)
    new.post(page.request["PATH_INFO"], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert mail.outbox[-1].subject.endswith("Your password was changed")
    new.sign_in("ada", NEW_PASSWORD)
    assert new.is_in()


def test_a_signed_in_user_can_confirm_their_password_despite_guesses(ada, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed_by_name": "8/h/key"}
    here = at("192.0.2.1")
    here.force_login(ada, backend="accounts.backends.PasswordBackend")
    guess_from_everywhere(8)
    response = here.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/email/"})
    assert response["Location"] == "/accounts/email/"


def test_a_known_browser_has_a_limit_too(ada, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_on_known_device": "3/5m/key"}
    here = at("192.0.2.1")
    here.sign_in("ada")
    here.post("/accounts/logout/")
    guess(here, 3)
    assert refuses(here)


@pytest.mark.parametrize("forged", ["", ".", "a.b", "a." + "0" * 64, "." * 9_000])
def test_a_forged_cookie_is_ignored(ada, forged):
    stranger = at("198.51.100.1")
    stranger.cookies[COOKIE] = forged
    guess(stranger, 5)
    assert refuses(stranger)


def test_the_cookie_of_one_user_does_not_count_for_another(ada, bob, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed_by_name": "8/h/key"}
    his = at("192.0.2.1")
    his.sign_in("bob")
    his.post("/accounts/logout/")
    guess_from_everywhere(8)
    assert refuses(his)


def test_several_users_can_share_a_browser(db):
    shared = at("192.0.2.1")
    for index in range(PEOPLE_A_DEVICE + 1):
        person(f"p{index}")
        shared.sign_in(f"p{index}")
        shared.post("/accounts/logout/")
    device, *proofs = shared.cookies[COOKIE].value.split(".")
    assert len(proofs) == PEOPLE_A_DEVICE
    shared.sign_in("p1")
    assert shared.cookies[COOKIE].value.split(".")[0] == device


def test_the_cookie_is_sent_to_the_sign_in_page_only(ada, settings):
    here = Browser()
    here.sign_in("ada")
    cookie = here.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/accounts/login/", True, "Lax")
    assert "ada" not in cookie.value
