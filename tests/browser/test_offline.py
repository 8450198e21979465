"""The chat without a connection: visited rooms can be read, and new messages are sent once afterwards."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.eyes import fits, is_accessible
from tests.browser.offline import visit_then_lose_the_connection
from tests.browser.past import post, texts
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


async def test_an_offline_reload_shows_the_room_and_sends_once(two):
    await two.site.database(post, two.general, two.bob.id, "read a minute ago")
    hers = await visit_then_lose_the_connection(two.ada, two.general)
    await hers.page.reload()
    await hers.sees("read a minute ago")
    await expect(hers.line).to_have_text("You're offline. Unsent messages are saved.")
    await expect(hers.room("general")).to_have_attribute("aria-current", "page")
    await expect(hers.page.get_by_role("button", name="ada: account menu")).to_be_visible()
    await hers.writes("from the tunnel")
    await hers.composer.fill("begun")
    await two.ada.takes_picture("offline-reload")
    await hers.page.reload()
    await expect(hers.message("from the tunnel")).to_have_class(re.compile("pending"))
    await expect(hers.composer).to_have_value("begun")
    await two.site.database(post, two.general, two.bob.id, "said meanwhile")
    await two.ada.context.set_offline(False)
    await hers.is_back()
    await expect(hers.pending).to_have_count(0)
    order = [re.compile(text) for text in ("read a minute ago", "said meanwhile", "from the tunnel")]
    await expect(hers.messages).to_have_text(order)
    await expect(hers.composer).to_have_value("begun")
    assert await two.site.database(texts, two.general) == ["read a minute ago", "said meanwhile", "from the tunnel"]


async def test_the_site_root_opens_the_last_visited_room(two):
    hers = await visit_then_lose_the_connection(two.ada, two.random)
    await hers.page.goto("/")
    await hers.is_in("random")
    await expect(hers.page).to_have_url(re.compile(f"/rooms/{two.random}/$"))
    await expect(hers.composer).to_be_visible()
    await hers.room("general").click()
    await expect(hers.log).to_contain_text("Can't load this room while offline.")
    await two.ada.context.set_offline(False)
    await hers.is_back()
    await expect(hers.log).to_contain_text("This is the beginning of # general.")


@pytest.mark.parametrize(
    "name, options",
    [("light", {}), ("dark", {"color_scheme": "dark"}), ("phone", PHONE)],
    ids=["light", "dark", "phone"],
)
async def test_a_room_that_is_not_stored_loads_when_online(people, two, name, options):
    ada = await people("ada", **options)
    hers = await visit_then_lose_the_connection(ada, two.general)
    await hers.page.reload()
    await expect(hers.composer).to_be_visible()
    await ada.takes_picture(f"offline-room-{name}")
    await hers.page.goto("/notifications/")
    notice = hers.page.locator("#offline")
    await expect(notice.get_by_role("heading")).to_have_text("You're offline")
    await expect(notice.get_by_role("link", name="Go to your rooms")).to_be_visible()
    await hers.waits_for_animations()
    await is_accessible(hers.page)
    await fits(hers.page)
    await ada.takes_picture(f"offline-notice-{name}")
    await ada.context.set_offline(False)
    await expect(hers.page.get_by_role("heading", name="Notifications")).to_be_visible()
