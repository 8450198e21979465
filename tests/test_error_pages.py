"""The responses of pages during an outage of the database."""

import errno
import logging

import pytest
from django.db import OperationalError, connection
from django.test import Client

from realtime.serving.descriptors import shortage
from realtime.shared.outage import outage


@pytest.fixture
def browser(client: Client) -> Client:
    client.raise_request_exception = False
    return client


@pytest.fixture
def locked(monkeypatch):
    """A database that answers nothing."""
    monkeypatch.setattr(outage, "_failed_at", None)

    def refuse(*_: object) -> None:
        raise OperationalError("database is locked")

    with connection.execute_wrapper(refuse):
        yield


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/rooms/1/", "/admin/", "/notifications/", "/streams/"])
def test_a_page_says_to_try_again(ada, browser, locked, path, debug, settings, caplog):
    settings.DEBUG = debug
    browser.cookies["sessionid"] = "a" * 32
    with caplog.at_level(logging.WARNING):
        answer = browser.get(path)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert "Try again in a few seconds." in answer.content.decode()
    assert "locked" not in answer.content.decode()
    assert [record.getMessage() for record in caplog.records] == [
        "The database cannot be used, so requests and scheduled jobs fail until it works again: database is locked"
    ]


@pytest.mark.parametrize("path", ["/jump.json", "/rooms/1/messages.json"])
def test_scripts_get_json(ada, browser, locked, path):
    browser.cookies["sessionid"] = "a" * 32
    answer = browser.get(path)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert answer.json()["error"]["code"] == "unavailable"


def test_a_change_of_which_nothing_is_known_is_not_said_to_be_lost(ada, browser, locked):
    browser.cookies["sessionid"] = "a" * 32
    answer = browser.post("/accounts/login/", {"login": "ada", "password": "x"})
    assert answer.status_code == 503
    assert "your change may or may not be saved" in answer.content.decode()


def test_a_mistake_of_ours_is_still_one(ada, browser, monkeypatch, caplog):
    def fail(*_: object) -> None:
        raise RuntimeError("bug")

    browser.cookies["sessionid"] = "a" * 32
    with connection.execute_wrapper(fail):
        answer = browser.get("/")
    assert answer.status_code == 500
    assert any(record.exc_info for record in caplog.records)


def test_while_no_file_can_be_opened_a_page_says_to_try_again(browser, db, monkeypatch, caplog):
    def fail(*_: object, **options: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr("allauth.account.views.LoginView.get", fail)
    monkeypatch.setattr(shortage, "_failed_at", None)
    for _ in range(3):
        answer = browser.get("/accounts/login/")
        assert answer.status_code == 503
        assert answer["Retry-After"] == "5"
        assert "Try again" in answer.content.decode()
    assert [record.getMessage() for record in caplog.records] == [
        "No file descriptors are left: connections are refused, and pages answer 503. Raise the limit (`ulimit -n`)."
    ]
