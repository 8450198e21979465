"""Presence and typing, wherever they are shown."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.past import make_direct
from tests.browser.window import open_room, open_tab

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


async def test_an_idle_user_is_away_until_the_next_input(two):
    direct = await two.site.database(make_direct, two.ada.id, two.bob.id)
    await two.bob.page.clock.install()
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    beside_bob = hers.room("bob").locator(".avatar")
    people = hers.page.locator("member-list")
    await expect(beside_bob).to_have_attribute("data-presence", "online")
    await expect(people).to_contain_text("Online, 2")

    await his.page.clock.fast_forward("05:01")
    await expect(his.page.locator("account-menu")).to_contain_text("Away")
    await expect(people).to_contain_text("Away, 1")
    await expect(beside_bob).to_have_attribute("data-presence", "away")

    await his.page.clock.fast_forward("00:02")
    await his.page.mouse.move(300, 300)
    await his.page.keyboard.press("Shift")
    await expect(people).to_contain_text("Online, 2")
    await expect(beside_bob).to_have_attribute("data-presence", "online")
    await hers.room("bob").click()
    await expect(hers.page).to_have_url(re.compile(f"/rooms/{direct}/$"))


async def test_a_user_is_online_while_one_tab_is_open(two):
    hers = await open_room(two.ada, two.general)
    his, second = await open_room(two.bob, two.general), await open_tab(two.bob, two.random)
    people = hers.page.locator("member-list")
    await expect(people).to_contain_text("Online, 2")
    await his.page.close()
    await second.sends("still here")
    await expect(hers.count("random")).to_have_text("1")
    await expect(people).to_contain_text("Online, 2")
    await second.page.close()
    await expect(people).to_contain_text("Offline, 1")


async def test_typing_expires_without_moving_the_layout(two):
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    typing = hers.page.locator("typing-line")
    await hers.sends("here")
    before = await hers.top_of(hers.message("here"))
    await his.composer.press_sequentially("well")
    await expect(typing).to_have_text(re.compile("bob is typing"))
    assert await hers.top_of(hers.message("here")) == before
    await hers.goes_to("random")
    await expect(typing).to_be_empty()
    await hers.goes_to("general")
    await expect(typing).to_be_empty()
