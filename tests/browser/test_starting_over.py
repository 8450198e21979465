"""After another history every page fetches its state again, however often that fails first."""

import re
from functools import partial
from uuid import uuid4

import pytest
from playwright.async_api import Page, Route, expect

from notifications.streams.definitions import create_stream
from notifications.streams.values import publish_value
from realtime.models import Log
from tests.browser.bells import Bell, notify_user
from tests.browser.past import own_server, post
from tests.browser.test_announcements import announce, rows
from tests.browser.window import open_room

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FAILURES = 2
# Two failures cost up to three seconds of waiting, and the server has to be found again before.
ARRIVED_MILLISECONDS = 60_000
STATES = {
    "page": r"/rooms/\d+/$",
    "panel": r"/panel\.json$",
    "announcements": r"/announcements/",
    "points": r"points\.json$",
}


class Failures:
    """Let the first fetches of each state fail: without a response, or with 503."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(STATES, 0)

    async def begin(self, page: Page) -> None:
        for name, pattern in STATES.items():
            await page.route(re.compile(pattern), partial(self._fail, name))

    async def _fail(self, name: str, route: Route) -> None:
        self.counts[name] += 1
        if self.counts[name] > FAILURES:
            await route.continue_()
        elif self.counts[name] == 1:
            await route.abort()
        else:
            await route.fulfill(status=503, body="Try again.")


def set_streams() -> None:
    create_stream("eur-usd", "EUR/USD", rule="everybody", keeps_value=True)
    publish_value("eur-usd", 1.5)


def change_everything(room: int, ada: int, bob: int) -> None:
    """Simulate a restored backup: write data without events, and give the database a new epoch."""
    post(room, bob, "out of the backup")
    notify_user(ada, "Found in the backup")
    announce("The backup is back.")
    publish_value("eur-usd", 2.5)
    Log.objects.update(epoch=uuid4())


@own_server
async def test_every_page_retries_until_its_state_is_fetched(two):
    await two.site.database(set_streams)
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    plain = await two.ada.opens_tab("/streams/")
    await expect(plain.locator(".stream-number")).to_have_text("1.5")
    await Bell(plain).is_live()
    for visitor in (two.ada, two.bob):
        visitor.forgives_a_broken_line()
    await hers.sends("before")
    await his.sees("before")
    await two.site.servers[0].terminates()
    await two.site.database(change_everything, two.general, two.ada.id, two.bob.id)
    in_chat, on_page = Failures(), Failures()
    await in_chat.begin(hers.page)
    await on_page.begin(plain)
    await two.site.servers[0].starts()
    await expect(hers.message("out of the backup")).to_have_count(1, timeout=ARRIVED_MILLISECONDS)
    await expect(plain.locator(".stream-number")).to_have_text("2.5", timeout=ARRIVED_MILLISECONDS)
    for page in (hers.page, plain):
        await Bell(page).shows(1, timeout=ARRIVED_MILLISECONDS)
        await expect(rows(page)).to_contain_text(["The backup is back."], timeout=ARRIVED_MILLISECONDS)
    assert in_chat.counts["page"] > FAILURES
    assert on_page.counts["panel"] > FAILURES
    assert on_page.counts["points"] > FAILURES
    assert min(in_chat.counts["announcements"], on_page.counts["announcements"]) > FAILURES


@own_server
async def test_a_message_during_the_fetch_shows_once(two):
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    for visitor in (two.ada, two.bob):
        visitor.forgives_a_broken_line()
    await hers.sends("before")
    await his.sees("before")
    gate = Gate()
    await hers.page.route(re.compile(STATES["page"]), gate.pass_when_open)
    await two.site.servers[0].terminates()
    await two.site.database(change_history)
    await two.site.servers[0].starts()
    await his.is_back()
    await gate.is_asked(hers.page)
    await his.sends("meanwhile")
    await hers.writes("mine, meanwhile")
    await his.sees("mine, meanwhile")
    await gate.opens()
    for text in ("before", "meanwhile", "mine, meanwhile"):
        await hers.sees(text)
    await expect(hers.pending).to_have_count(0)
    await hers.sends("after")
    await his.sees("after")
    shown = [await window.messages.locator("message-body").all_inner_texts() for window in (hers, his)]
    assert shown[0] == shown[1] == ["before", "meanwhile", "mine, meanwhile", "after"]


class Gate:
    """Requests that wait until the test releases them."""

    def __init__(self) -> None:
        self.waiting: list[Route] = []
        self.is_open = False

    async def pass_when_open(self, route: Route) -> None:
        if self.is_open:
            await route.continue_()
        else:
            self.waiting.append(route)

    async def is_asked(self, page: Page) -> None:
        while not self.waiting:
            await page.evaluate("new Promise(requestAnimationFrame)")

    async def opens(self) -> None:
        self.is_open = True
        for route in self.waiting:
            await route.continue_()


def change_history() -> None:
    Log.objects.update(epoch=uuid4())
