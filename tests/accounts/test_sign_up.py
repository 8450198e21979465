import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.backends import find_by_login
from accounts.models import User
from tests.accounts.vocabulary import PASSWORD, Browser, errors, hold_emails, link_in_email
from tests.cast import person

pytestmark = pytest.mark.django_db


def test_sign_up_creates_a_signed_in_user(browser):
    response = browser.sign_up("Zoe", display_name=" Zoe  Okafor ", email="Zoe@Example.com", time_zone="Africa/Lagos")
    assert response.status_code == 302
    zoe = User.objects.get(username="zoe")
    assert (zoe.name, zoe.time_zone) == ("Zoe Okafor", "Africa/Lagos")
    assert browser.is_in()


def test_an_address_counts_once_it_is_confirmed(browser):
    browser.sign_up("zoe", email="Zoe@Example.com")
    assert (User.objects.get().email, mail.outbox[-1].to) == ("", ["zoe@example.com"])
    assert b"We sent a link to zoe@example.com." in browser.get("/accounts/profile/").content
    assert b"not confirmed yet" in browser.get("/accounts/email/").content
    browser.post(link_in_email())
    assert User.objects.get().email == "zoe@example.com"
    assert find_by_login("zoe@example.com") == User.objects.get()


def shown(browser, username, email) -> tuple:
    """Sign up with that address and return the whole visible result."""
    response = browser.sign_up(username, email=email)
    page = browser.get("/accounts/email/").content.decode()
    main = re.search(r"<main.*</main>", page, re.DOTALL)[0]
    return response.status_code, response["Location"], re.sub(r'value="\w{64}"', "", main.replace(email, "…"))


@pytest.mark.parametrize("verified", [True, False])
def test_sign_up_does_not_show_which_addresses_have_an_account(ada, verified):
    """Only the owner of the address gets an email about it."""
    ada.emailaddress_set.create(email="ada@example.com", verified=verified)
    assert shown(Browser(), "one", "ada@example.com") == shown(Browser(), "two", "abe@example.com")
    taken, free = mail.outbox
    assert (taken.to, taken.subject) == (["ada@example.com"], "[Hubbub] You already have an account")
    assert "tried to create an account" in taken.body
    assert free.to == ["abe@example.com"]
    assert find_by_login("ada@example.com") == ada


def test_sign_up_looks_up_the_address_after_the_response(ada, settings, monkeypatch):
    settings.ACCOUNTS_EMAIL_LATER = True
    later = hold_emails(monkeypatch)
    numbers = []
    for username, email in (("one", "ada@example.com"), ("two", "abe@example.com")):
        with CaptureQueriesContext(connection) as queries:
            Browser().sign_up(username, email=email)
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]
    assert (later.qsize(), mail.outbox) == (2, [])


def test_emails_to_one_address_are_limited(db):
    for index in range(3):
        Browser().sign_up(f"p{index}", email="ada@example.com")
    assert len(mail.outbox) == 1


def test_a_site_without_email_asks_for_no_address(browser, settings):
    settings.ACCOUNTS_BY_EMAIL = False
    assert b"Email address" not in browser.get("/accounts/signup/").content
    browser.sign_up("zoe", email="ada@example.com")
    assert browser.is_in()
    assert mail.outbox == []
    assert not EmailAddress.objects.exists()


def test_name_and_address_are_optional(browser):
    browser.sign_up("zoe")
    assert User.objects.get().name == "zoe"


def test_an_unknown_time_zone_is_no_error(browser):
    browser.sign_up("zoe", time_zone="Mars/Olympus")
    assert User.objects.get().time_zone == "UTC"


@pytest.mark.parametrize(
    "username",
    ["a@b", "a b", "-a", "a.", "ada+1", "x" * 33, "", "\u202eada", "\u3164", "a\u034fda", "a\u3164da",
     "a" + 5 * "\u0335", "\u0301a"],
)  # fmt: skip
def test_a_username_that_cannot_be_mentioned_is_refused(browser, username):
    response = browser.sign_up(username)
    assert response.status_code == 200
    assert not User.objects.exists()


@pytest.mark.parametrize("username", ["zoë", "李明", "o-k.a_9", "हिन्दी", "தமிழ்", "ราชินี", "محمّد", "בָּרוּךְ", "иван"])
def test_usernames_in_any_script_are_accepted(browser, username):
    browser.sign_up(username)
    assert User.objects.get().username == username


def test_a_username_is_taken_in_any_case(browser, ada):
    assert "is taken" in errors(browser.sign_up("ADA"))


@pytest.mark.parametrize(
    "taken, other",
    [("straße", "strasse"), ("müller", "mu\u0308ller"), ("иван", "ИВАН"), ("ışık", "işik")],
)
def test_a_username_is_taken_in_any_form(browser, taken, other):
    person(taken)
    assert "is taken" in errors(browser.sign_up(other))


@pytest.mark.parametrize("username", ["аda", "аԁа", "adа", "αda"])
def test_a_username_that_looks_like_another_is_refused(browser, ada, username):
    assert "looks like another user" in errors(browser.sign_up(username))


@pytest.mark.parametrize("username", ["room", "Room", "everybody", "here", "rооm"])
def test_words_that_mention_everyone_are_reserved(browser, username):
    assert "This username is reserved" in errors(browser.sign_up(username))
    assert not User.objects.exists()


@pytest.mark.parametrize("password", ["short", "12345678901", "password1"])
def test_a_weak_password_is_refused(browser, password):
    response = browser.sign_up("zoe", password1=password, password2=password)
    assert "password1" in response.context["form"].errors


def test_a_name_with_invisible_characters_is_refused(browser):
    assert "invisible" in errors(browser.sign_up("zoe", display_name="Ada\u202e"))


def test_sign_up_can_be_closed(browser, settings):
    settings.SIGNUP_OPEN = False
    assert b"create an account yourself" in browser.get("/accounts/signup/").content
    browser.sign_up("zoe")
    assert not User.objects.exists()
    assert b"Create account" not in browser.get("/accounts/login/").content


def test_sign_ups_are_limited_by_address(browser, settings):
    settings.ACCOUNT_RATE_LIMITS = {"signup": "2/m/ip"}
    answers = [browser.post("/accounts/signup/", {"password1": PASSWORD}).status_code for _ in range(3)]
    assert answers == [200, 200, 429]
