"""Pages refer to few files, each of which is collected as one file."""

import re
from pathlib import Path

import pytest

from config.static import BESIDE_SIGNED_IN, BUNDLES, PAGES, SIGNED_IN
from notifications.models import Stream
from tests.cast import visit

pytestmark = pytest.mark.django_db
STATIC = Path(__file__).resolve().parent.parent / "static"
# The 15 requests of a page are also: the page, two fonts, the icons, and two that its scripts make.
MOST_FILES = 9
SIGNED_IN_PAGES = [
    "/accounts/email/",
    "/accounts/logout/",
    "/accounts/password/change/",
    "/accounts/profile/",
    "/direct/new/",
    "/notifications/",
    "/notifications/held/",
    "/notifications/preferences/",
    "/rooms/",
    "/rooms/new/",
    "/rooms/{room}/",
    "/rooms/{room}/files/",
    "/rooms/{room}/invite/",
    "/rooms/{room}/settings/",
    "/streams/",
    "/streams/{stream}/",
    "/streams/new/",
]
OTHER_PAGES = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/offline/", "/nowhere/"]
MODULE = re.compile(r'^import\b|@import url\("', re.MULTILINE)


def check_files(text: str) -> None:
    scripts = re.findall(r'<script[^>]*\ssrc="/static/([^"]+)"', text)
    sheets = re.findall(r'<link rel="stylesheet" href="/static/([^"]+)"', text)
    assert scripts, "no page of ours"
    assert [path for path in scripts + sheets if path not in BUNDLES and MODULE.search(read(path))] == []
    assert len({*scripts, *sheets}) <= MOST_FILES
    assert len(scripts) == len(set(scripts))
    if {f"{PAGES}/{name}.js" for name in BESIDE_SIGNED_IN} & set(scripts):
        assert SIGNED_IN in scripts


def read(path: str) -> str:
    return (STATIC / path.removeprefix("hubbub/")).read_text()


@pytest.mark.parametrize("path", SIGNED_IN_PAGES)
def test_a_page_of_a_signed_in_person(ada, path):
    ada.is_staff = ada.is_superuser = True
    ada.save()
    browser = visit(ada)
    room = browser.post("/rooms/new/", {"name": "general", "kind": "public"})["Location"].split("/")[-2]
    stream = Stream.objects.create(slug="build", name="Build")
    check_files(browser.get(path.format(room=room, stream=stream.slug)).content.decode())


def test_the_preview_of_a_room_that_one_is_not_in(ada, bob):
    room = visit(ada).post("/rooms/new/", {"name": "general", "kind": "public"})["Location"]
    text = visit(bob).get(room).content.decode()
    assert "preview.css" in text
    check_files(text)


@pytest.mark.parametrize("path", OTHER_PAGES)
def test_a_page_without_a_sign_in(client, path):
    check_files(client.get(path).content.decode())
