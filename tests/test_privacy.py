"""Browsers store no page of a signed-in person."""

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.cast import person, visit

pytestmark = pytest.mark.django_db

PAGES = [
    "/",
    "/rooms/",
    "/direct/new/",
    "/notifications/",
    "/notifications/panel.json",
    "/accounts/profile/",
    "/accounts/email/",
    "/accounts/me.json",
    "/accounts/password/change/",
    "/rooms/1/",
    "/nowhere/",
    "/admin/",
    "/service-worker.js",
]


@pytest.mark.parametrize("path", PAGES)
def test_no_response_to_a_signed_in_person_is_stored(ada, path):
    assert visit(ada).get(path)["Cache-Control"] == "no-store, private"


def test_nor_is_an_error_or_a_refusal(ada):
    browser = visit(ada)
    browser.handler.enforce_csrf_checks = True
    answer = browser.post("/accounts/profile/")
    assert (answer.status_code, answer["Cache-Control"]) == (403, "no-store, private")


def test_nor_is_the_answer_that_signs_in_or_out(db):
    person("zoe")
    browser = visit(person("tim"))
    assert browser.post("/accounts/logout/")["Cache-Control"] == "no-store, private"
    sign_up = {"username": "new", "password1": "correct horse", "password2": "correct horse"}
    assert Client().post("/accounts/signup/", sign_up)["Cache-Control"] == "no-store, private"


def test_the_check_costs_no_query(client, django_assert_num_queries):
    client.cookies["sessionid"] = "gone"
    with django_assert_num_queries(0):
        assert client.get("/service-worker.js")["Cache-Control"] == "no-store, private"


def test_files_that_are_the_same_for_everybody_may_be_kept(ada):
    assert finders.find("hubbub/css/colors.css")
    assert "no-store" not in visit(ada).get("/static/hubbub/css/colors.css").get("Cache-Control", "")
