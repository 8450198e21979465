"""The language of pages, emails and errors: the user's own, or else their browser's."""

import pytest
from django.core import mail
from django.test import RequestFactory
from django.utils.translation import get_language

from accounts.identity.authentication import find_language
from accounts.identity.credentials import Credentials
from accounts.identity.languages import browser_language, in_language_of
from tests.accounts.vocabulary import PASSWORD, Browser, person, signed_in

GERMAN = {"headers": {"accept-language": "de-CH,de;q=0.9,en;q=0.5"}}


def language(response) -> str:
    """Return the `lang` of a page."""
    return response.content.decode().partition('<html lang="')[2].partition('"')[0]


@pytest.fixture
def here(ada):
    return signed_in(ada)


def test_a_page_is_in_the_language_of_the_browser(here):
    assert language(here.get("/accounts/profile/")) == "en"
    assert language(here.get("/accounts/profile/", **GERMAN)) == "de"
    assert language(Browser().get("/accounts/login/", **GERMAN)) == "de"


@pytest.mark.parametrize("header", ["", "fr", "*", "tlh;q=1", "x" * 600, "en-GB"])
def test_a_browser_of_another_language_gets_english(header):
    assert browser_language(header) == "en"


def test_the_chosen_language_wins_over_the_browser(here, ada):
    here.save_profile(language="de")
    ada.refresh_from_db()
    assert ada.language == "de"
    assert language(here.get("/accounts/profile/", headers={"accept-language": "en"})) == "de"
    here.save_profile(language="")
    assert language(here.get("/accounts/profile/", headers={"accept-language": "en"})) == "en"


def test_an_unknown_language_cannot_be_chosen(here, ada):
    assert here.save_profile(language="tlh").status_code == 200
    ada.refresh_from_db()
    assert ada.language == ""


def test_pages_without_a_sign_in_follow_the_choice_in_the_same_browser(here):
    here.save_profile(language="de")
    here.get("/accounts/profile/")
    assert language(here.get("/accounts/password/reset/")) == "de"
    assert language(here.get("/nowhere/")) == "de"
    here.save_profile(language="")
    here.get("/accounts/profile/")
    assert language(here.get("/accounts/password/reset/")) == "en"


def test_the_language_of_a_page_ends_with_the_request(here):
    before = get_language()
    here.get("/accounts/profile/", **GERMAN)
    assert get_language() == before


def test_emails_are_in_the_language_of_the_last_sign_in(db):
    tim = person("tim", email="tim@example.org")
    Browser().post("/accounts/login/", {"login": "tim", "password": PASSWORD}, **GERMAN)
    tim.refresh_from_db()
    with in_language_of(tim):
        assert get_language() == "de"
    tim.language = "en"
    with in_language_of(tim):
        assert get_language() == "en"


def test_an_email_is_in_its_readers_language_whoever_caused_it(db, monkeypatch):
    person("tim", email="tim@example.org", language="de")
    said = []
    monkeypatch.setattr(mail.EmailMessage, "send", lambda *_, **__: said.append(get_language()))
    Browser().post("/accounts/password/reset/", {"email": "tim@example.org"})
    assert said == ["de"]


def test_errors_of_a_connection_are_in_its_language(ada):
    ada.language = "de"
    by_session, by_token = Credentials(ada.pk, 0, session_key="a"), Credentials(ada.pk, 0, token_id=1)
    assert find_language(ada, by_session, {b"accept-language": b"en"}) == "de"
    assert find_language(ada, by_token, {}) == "en"
    assert find_language(ada, by_token, {b"accept-language": b"de"}) == "de"


def test_the_catalogue_of_the_scripts_comes_with_a_page_that_needs_it(here):
    assert b"js/languages/" not in here.get("/accounts/profile/").content
    assert b"js/languages/de.js" in here.get("/accounts/profile/", **GERMAN).content


def test_a_site_of_other_users_has_the_language_of_the_browser():
    request = RequestFactory().get("/")
    with in_language_of(request):
        assert get_language() == "en"
