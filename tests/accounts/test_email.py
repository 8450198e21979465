import pytest
from django.core import mail

from tests.accounts.vocabulary import PASSWORD, link_in_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(browser, ada):
    """A browser in which it was just made sure that it is ada."""
    browser.sign_in("ada")
    browser.get("/accounts/email/")
    confirm(browser)
    return browser


def confirm(browser):
    return browser.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/email/"}, follow=True)


def give(browser, email):
    return browser.post("/accounts/email/", {"email": email, "action_add": ""}, follow=True)


def test_a_new_address_counts_once_its_owner_follows_the_link(here, ada):
    assert b"We sent a link to new@example.com" in give(here, "new@example.com").content
    link = link_in_mail()
    assert b"Confirm your email address" in here.get(link).content
    assert ada.emailaddress_set.filter(verified=True).count() == 0
    assert here.post(link)["Location"] == "/accounts/profile/"
    ada.refresh_from_db()
    assert ada.email == "new@example.com"


def test_the_confirmed_address_hears_of_the_next_one(here, ada):
    ada.emailaddress_set.update(verified=True)
    give(here, "new@example.com")
    assert mail.outbox[-1].to == ["new@example.com"]
    here.post(link_in_mail())
    assert mail.outbox[-1].to == ["ada@example.com"]
    assert "changed from ada@example.com to new@example.com" in mail.outbox[-1].body


def test_whoever_did_not_type_the_password_lately_is_asked_for_it(browser, ada):
    browser.sign_in("ada")
    response = give(browser, "new@example.com")
    assert response.redirect_chain[0][0].startswith("/accounts/reauthenticate/")
    assert b"Confirm your password" in response.content
    assert mail.outbox == []
    assert b"We sent a link" in confirm(browser).content


def test_a_used_link_says_so(here):
    assert b"This link has expired" in here.get("/accounts/confirm-email/xyz/").content
