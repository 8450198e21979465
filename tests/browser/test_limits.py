"""Limits on the length and rate of messages: the typed text stays."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.past import texts
from tests.browser.window import open_room

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST = 8000


async def test_8000_characters_are_sent_and_one_more_is_not(two):
    hers = await open_room(two.ada, two.general)
    send = hers.page.get_by_role("button", name="Send")
    await expect(send).to_be_disabled()
    await hers.composer.fill("x" * (MOST - 10))
    await expect(hers.page.locator("#composer-note")).to_contain_text("10 characters left")
    await hers.composer.fill("🎉" * (MOST + 1))
    await expect(hers.page.locator("#composer-note")).to_contain_text("1 character over the limit")
    await expect(send).to_be_disabled()
    await hers.composer.press("Enter")
    await expect(hers.composer).to_have_value(re.compile("🎉"))
    assert len((await hers.composer.input_value()).rstrip("\n")) == MOST + 1
    await hers.composer.fill("🎉" * MOST)
    await expect(send).to_be_enabled()
    await send.click()
    await expect(hers.messages.locator("message-body")).to_have_count(1)
    assert await two.site.database(texts, two.general) == ["🎉" * MOST]
    await expect(hers.composer).to_have_value("")


async def test_a_rate_limited_user_waits_and_keeps_their_draft(two):
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    quick = [f"quick {number:02}" for number in range(14)]
    await hers.writes_at_once(quick)
    wait = hers.page.locator(".composer-wait")
    await expect(wait).to_have_text(re.compile(r"You're sending messages too quickly\.\s+Sending again in \d+ s\."))
    await hers.composer.fill("begun meanwhile")
    await expect(hers.message(quick[-1]).locator("message-body")).to_be_visible()
    await expect(wait).to_have_count(0)
    await expect(hers.composer).to_have_value("begun meanwhile")
    await expect(his.messages).to_have_text([re.compile(text) for text in quick])
    assert await two.site.database(texts, two.general) == quick


async def test_the_composer_grows_to_half_the_window_at_most(two):
    hers = await open_room(two.ada, two.general)
    low = (await hers.composer.bounding_box())["height"]
    await hers.composer.type("one")
    await hers.composer.press("Shift+Enter")
    await hers.composer.type("two")
    middle = (await hers.composer.bounding_box())["height"]
    assert middle > low
    await hers.composer.fill("line\n" * 100)
    high = (await hers.composer.bounding_box())["height"]
    assert middle < high < hers.page.viewport_size["height"] / 2
    await expect(hers.page.locator("h1")).to_be_in_viewport()
