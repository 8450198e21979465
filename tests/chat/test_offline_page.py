"""The page that the service worker keeps for when there is no connection."""

import re
from pathlib import Path

import pytest

from chat.pages import offline_page
from tests.cast import visit

pytestmark = pytest.mark.django_db

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
DESCRIBE = "chat.pages.offline_page.describe_page"


@pytest.fixture(autouse=True)
def _made_anew():
    """Make the page and its description for each test; a process makes them once."""
    yield
    offline_page.render_page.cache_clear()
    offline_page.describe_in.cache_clear()


def test_it_is_the_same_for_everybody(ada, client):
    hers, nobodys = visit(ada).get("/offline/"), client.get("/offline/")
    assert hers.status_code == 200
    assert hers.content == nobodys.content
    assert "Ada" not in hers.content.decode()
    assert "csrf" not in hers.content.decode()
    assert [hers.cookies, nobodys.cookies] == [{}, {}]


def test_it_has_the_policy_of_every_page_and_no_script_or_style_of_its_own(client):
    page = client.get("/offline/")
    assert page["Content-Security-Policy"] == client.get("/accounts/login/")["Content-Security-Policy"]
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page.content.decode())


def test_who_comes_here_with_a_connection_is_led_to_the_chat(client):
    response = client.get("/offline/", headers={"Sec-Fetch-Mode": "navigate"})
    assert (response.status_code, response["Location"]) == (302, "/")


def test_the_service_worker_is_told_what_it_keeps(client, settings):
    assert "offline" not in client.get("/service-worker.js").content.decode()
    settings.NOTIFICATIONS_OFFLINE_PAGE = DESCRIBE
    script = client.get("/service-worker.js").content.decode()
    assert '"offline":{"page":"/offline/","files":["/static/hubbub/js/app.js",' in script


def test_the_chat_has_a_service_worker_only_where_that_keeps_the_page(ada, settings):
    """In development there are no bundles that it could keep."""
    browser = visit(ada)
    browser.post("/rooms/new/", {"name": "general", "kind": "public"})
    assert '"worker": null' in browser.get("/", follow=True).content.decode()
    settings.NOTIFICATIONS_OFFLINE_PAGE = DESCRIBE
    assert '"worker": "/service-worker.js"' in browser.get("/", follow=True).content.decode()


def test_it_names_what_is_kept_with_it(client):
    text = client.get("/offline/").content.decode()
    named = set(re.findall(r'(?:src|href)="(/static/[^"]+\.(?:js|css))"', text))
    assert named <= set(offline_page.describe_page()["files"])


def test_a_browser_of_another_language_keeps_the_page_in_it(client, settings):
    settings.NOTIFICATIONS_OFFLINE_PAGE = DESCRIBE
    script = client.get("/service-worker.js", headers={"accept-language": "de"}).content.decode()
    assert '"page":"/offline/?language=de"' in script
    assert "hubbub/js/languages/de.js" in script
    assert 'lang="de"' in client.get("/offline/?language=de").content.decode()
    assert 'lang="en"' in client.get("/offline/?language=tlh").content.decode()


def test_whatever_changes_makes_another_version(monkeypatch, settings):
    def version() -> str:
        offline_page.render_page.cache_clear()
        offline_page.describe_in.cache_clear()
        return offline_page.describe_page()["version"]

    versions = [version(), version()]
    settings.SITE_NAME = "Another name"
    versions.append(version())
    monkeypatch.setattr(offline_page, "FILES", ("hubbub/js/app.js",))
    versions.append(version())
    assert versions[0] == versions[1]
    assert len(set(versions)) == 3


def test_it_has_every_part_that_a_rooms_page_has():
    room, offline = ((TEMPLATES / f"chat/{name}.html").read_text() for name in ("room", "offline"))
    drawn_by_the_server = {"account-menu", "announcement-banner"}
    parts = set(re.findall(r"<([a-z]+-[a-z]+)[^>]* data-view", room))
    assert len(parts) > 8
    assert set(re.findall(r"<([a-z]+-[a-z]+)[^>]* data-view", offline)) == parts
    assert set(re.findall(r'data-place="([a-z-]+)"', offline)) == drawn_by_the_server
