import pytest
from django.core import mail

from tests.accounts.vocabulary import PASSWORD, link_in_email

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(browser, ada):
    """Return a browser in which ada has just typed her password."""
    browser.sign_in("ada")
    browser.get("/accounts/email/")
    confirm(browser)
    return browser


def confirm(browser):
    return browser.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/email/"}, follow=True)


def give(browser, email):
    return browser.post("/accounts/email/", {"email": email, "action_add": ""}, follow=True)


def test_a_new_address_counts_once_it_is_confirmed(here, ada):
    assert b"We sent a link to new@example.com" in give(here, "new@example.com").content
    link = link_in_email()
    assert b"Confirm your email address" in here.get(link).content
    assert ada.emailaddress_set.filter(verified=True).count() == 0
    assert here.post(link)["Location"] == "/accounts/profile/"
    ada.refresh_from_db()
    assert ada.email == "new@example.com"


def test_the_old_address_gets_an_email_about_the_new_one(here, ada):
    ada.emailaddress_set.update(verified=True)
    give(here, "new@example.com")
    assert mail.outbox[-1].to == ["new@example.com"]
    here.post(link_in_email())
    assert mail.outbox[-1].to == ["ada@example.com"]
    assert "changed from ada@example.com to new@example.com" in mail.outbox[-1].body


def test_a_change_of_address_asks_for_the_password(browser, ada):
    browser.sign_in("ada")
    response = give(browser, "new@example.com")
    assert response.redirect_chain[0][0].startswith("/accounts/reauthenticate/")
    assert b"Confirm your password" in response.content
    assert mail.outbox == []
    assert b"We sent a link" in confirm(browser).content


def test_an_invalid_link_shows_an_error(here):
    assert b"This link has expired" in here.get("/accounts/confirm-email/xyz/").content
