"""Errors in the scripts of pages, as browsers report them."""

import logging

import pytest
from django.test import Client

from accounts.pages import page_errors
from realtime.shared.rate_limit import ProcessRateLimit

pytestmark = pytest.mark.django_db
URL = "/accounts/page-errors.json"
ERROR = {"message": "TypeError: no", "stack": "draw@app.js:1\ncall@app.js:2", "path": "/rooms/42/?message=7"}


def report(user, error=None, **options):
    browser = Client(**options)
    if user:
        browser.force_login(user)
    return browser.post(URL, error or ERROR, content_type="application/json", headers={"User-Agent": "Firefox/150"})


def lines(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "accounts.pages.page_errors"]


def test_an_error_is_one_line_without_the_user(ada, caplog):
    assert report(ada).status_code == 200
    assert lines(caplog) == [
        "A page's script failed: TypeError: no (/rooms/N/, Firefox/150) draw@app.js:1 call@app.js:2"
    ]
    assert caplog.records[-1].levelno == logging.ERROR


def test_the_line_is_bounded_and_has_no_control_characters(ada, caplog):
    assert report(ada, {"message": "\x1b[2Ja\r\nb" + "x" * 9_000, "stack": "s" * 9_000}).status_code == 200
    assert "\x1b" not in lines(caplog)[0]
    assert "\n" not in lines(caplog)[0]
    assert len(lines(caplog)[0]) < 2_000


def test_reports_need_a_session_of_this_site(ada, caplog):
    assert report(None).status_code == 401
    assert report(ada, enforce_csrf_checks=True).status_code == 403
    assert report(ada, {"stack": "no message"}).status_code == 400
    assert lines(caplog) == []


def test_reports_are_limited_by_user_and_in_all(ada, bob, caplog, monkeypatch):
    monkeypatch.setattr(page_errors.reports, "amount", 2)
    assert [report(ada).status_code for _ in range(3)] == [200, 200, 429]
    monkeypatch.setattr(page_errors, "all_reports", ProcessRateLimit(1, 1))
    assert [report(bob).status_code for _ in range(2)] == [200, 429]
    assert len(lines(caplog)) == 3
