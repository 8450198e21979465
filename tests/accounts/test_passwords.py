import io
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from allauth.core import context
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.sign_in import email_queue
from accounts.sign_in.email_queue import EmailQueue
from tests.accounts.vocabulary import NEW_PASSWORD, PASSWORD, Browser, hold_emails, link_in_email, signed_in

pytestmark = pytest.mark.django_db


def ask_for_a_link(browser, email="ada@example.com"):
    return browser.post("/accounts/password/reset/", {"email": email})


def choose_new(browser, url):
    page = browser.get(url, follow=True)
    fields = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    return browser.post(page.request["PATH_INFO"], fields, follow=True)


def test_a_forgotten_password_is_reset_by_email(browser, ada, ended):
    elsewhere = signed_in(ada)
    assert ask_for_a_link(browser)["Location"] == "/accounts/password/reset/done/"
    assert mail.outbox[0].subject == "[Hubbub] Choose a new password"
    assert "Your username is ada." in mail.outbox[0].body
    response = choose_new(browser, link_in_email())
    assert b"Password changed" in response.content
    assert not elsewhere.is_in()
    assert ended == [(ada.pk, None, None)]
    browser.sign_in("ada", NEW_PASSWORD)
    assert browser.is_in()


def test_a_reset_link_works_once(browser, ada):
    ask_for_a_link(browser)
    link = link_in_email()
    choose_new(browser, link)
    assert b"This link has expired" in Browser().get(link, follow=True).content


def test_a_change_sends_an_email(browser, ada):
    ask_for_a_link(browser)
    choose_new(browser, link_in_email())
    assert mail.outbox[-1].subject == "[Hubbub] Your password was changed"
    assert "If it wasn't you" in mail.outbox[-1].body


def test_an_unknown_address_gets_the_same_response(browser, ada):
    assert ask_for_a_link(browser, "eve@example.com")["Location"] == ask_for_a_link(browser)["Location"]
    assert "There is no such account." in mail.outbox[0].body


def test_the_address_is_looked_up_after_the_response(browser, ada, settings, monkeypatch):
    settings.ACCOUNTS_EMAIL_LATER = True
    later = hold_emails(monkeypatch)
    numbers = []
    for email in ("ada@example.com", "eve@example.com"):
        with CaptureQueriesContext(connection) as queries:
            ask_for_a_link(browser, email)
        numbers.append(len(queries))
    assert (numbers[0], mail.outbox) == (numbers[1], [])
    while not later.empty():
        request, work = later.get()
        with context.request_context(request):
            work(request)
    assert [message.to for message in mail.outbox] == [["ada@example.com"], ["eve@example.com"]]


def test_an_unconfirmed_address_resets_nothing(browser, ada, bob):
    bob.emailaddress_set.create(email="ada@example.com")
    ask_for_a_link(browser)
    assert ["Your username is ada." in message.body for message in mail.outbox] == [True]


def test_an_email_that_fails_does_not_stop_the_next_one(settings, monkeypatch, caplog):
    settings.ACCOUNTS_EMAIL_LATER = True
    monkeypatch.setattr(email_queue, "emails", EmailQueue())
    sent = []

    def fail(request):
        raise ConnectionRefusedError

    for work in (fail, sent.append):
        email_queue.send_later("a request", work)
    email_queue.emails.waiting.join()
    assert sent == ["a request"]
    assert "Could not send an email" in caplog.text


def test_emails_beyond_the_bound_are_dropped(settings, monkeypatch, caplog):
    settings.ACCOUNTS_EMAIL_LATER = True
    hold_emails(monkeypatch, most=1)
    for _ in range(2):
        email_queue.send_later("a request", print)
    assert "Dropped an email" in caplog.text


@pytest.mark.parametrize(
    "error", [ConnectionRefusedError(), TimeoutError(), SMTPServerDisconnected("gone"), SMTPRecipientsRefused({})]
)
@pytest.mark.parametrize("email", ["ada@example.com", "eve@example.com"])
def test_an_unreachable_mail_server_does_not_change_the_response(browser, ada, monkeypatch, caplog, error, email):
    def fail(*arguments, **named):
        raise error

    monkeypatch.setattr(EmailMessage, "send", fail)
    answer = ask_for_a_link(browser, email)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/password/reset/done/")
    assert "Could not send the email" in caplog.text
    assert mail.outbox == []


def test_resets_are_limited_by_address(browser, ada, settings):
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "1/m/key"}
    assert [ask_for_a_link(browser).status_code for _ in range(2)] == [302, 429]


def change(browser, old=PASSWORD):
    fields = {"oldpassword": old, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    return browser.post("/accounts/password/change/", fields)


def test_a_change_ends_all_other_sessions(ada, ended):
    here, there = signed_in(ada), signed_in(ada)
    assert change(here)["Location"] == "/accounts/profile/"
    assert (here.is_in(), there.is_in()) == (True, False)
    assert ended == [(ada.pk, None, None)]


def test_a_change_needs_the_old_password(ada, ended):
    here = signed_in(ada)
    assert change(here, old="wrong").status_code == 200
    assert ended == []


def test_an_account_without_a_password_can_set_one(ada):
    ada.set_unusable_password()
    ada.save()
    here = signed_in(ada)
    assert here.get("/accounts/password/change/")["Location"] == "/accounts/password/set/"
    response = here.post("/accounts/password/set/", {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert response["Location"] == "/accounts/profile/"
    assert here.is_in()


def test_the_command_ends_sessions_too(ada, monkeypatch, ended):
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: NEW_PASSWORD)
    call_command("changepassword", "ada", stdout=io.StringIO())
    assert ended == [(ada.pk, None, None)]


def test_a_better_hash_of_the_same_password_ends_no_session(browser, ada, settings, ended):
    User.objects.filter(pk=ada.pk).update(password=PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1))
    epoch = User.objects.get().session_epoch
    browser.sign_in("ada")
    assert browser.is_in()
    assert "iterations=1" not in User.objects.get().password
    assert not User.objects.get().password.startswith("pbkdf2_sha256$1$")
    assert (User.objects.get().session_epoch, ended) == (epoch, [])
