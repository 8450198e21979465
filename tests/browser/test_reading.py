"""Reading: long rooms, small screens, the keyboard, and screen readers."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.past import post_many
from tests.browser.window import Window, open_room
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


async def test_history_loads_on_scrolling_without_jumps(two):
    await two.site.database(post_many, two.general, two.bob.id, 300)
    hers = await open_room(two.ada, two.general)
    first = hers.page.locator("article.message").first
    for _ in range(40):
        if await hers.message("number 0000").count():
            break
        shown = await first.get_attribute("id")
        row = hers.page.locator(f"#{shown}")
        await row.scroll_into_view_if_needed()
        await hers.page.mouse.move(600, 300)
        await hers.page.mouse.wheel(0, -900)
        await expect(first).not_to_have_id(shown)
    await expect(hers.message("number 0000")).to_have_count(1)


async def test_a_link_opens_an_old_message(two):
    await two.site.database(post_many, two.general, two.bob.id, 300)
    page = await two.ada.opens(f"/rooms/{two.general}/?message=20")
    await expect(page.locator("#m-20")).to_be_in_viewport()
    await page.locator(".jump-down").click()
    await expect(Window(page).message("number 0299")).to_be_in_viewport()


async def test_a_phone_opens_the_drawer_and_sends(people, two):
    eve = await people("eve", **PHONE)
    for room in (two.general, two.random):
        await eve.person.submits(f"/rooms/{room}/join/")
    window, his = await open_room(eve, two.general), await open_room(two.bob, two.random)
    await expect(window.room("random")).not_to_be_in_viewport()
    await window.page.get_by_role("button", name=re.compile("rooms", re.IGNORECASE)).first.click()
    await expect(window.room("random")).to_be_in_viewport()
    assert (await window.room("random").bounding_box())["height"] >= 44
    await window.room("random").click()
    await window.is_in("random")
    await window.composer.fill("from the train")
    await window.page.get_by_role("button", name="Send").click()
    await his.sees("from the train")


async def test_everything_works_by_keyboard(two):
    hers = await open_room(two.ada, two.general)
    await expect(hers.composer).to_be_focused()
    await hers.page.keyboard.type("hello @bo")
    await expect(hers.page.get_by_role("option").first).to_contain_text("bob")
    await hers.page.keyboard.press("Tab")
    await expect(hers.composer).to_have_value("hello @bob ")
    await hers.page.keyboard.press("Enter")
    await expect((await hers.sees("hello @bob")).locator(".mention")).to_be_visible()
    await hers.page.keyboard.press("ArrowUp")
    await expect(hers.page.locator(".editor textarea")).to_be_focused()
    await hers.page.keyboard.press("Escape")
    await expect(hers.composer).to_be_focused()
    await hers.page.keyboard.press("Shift+Tab")
    await hers.page.keyboard.press("Escape")
    await hers.page.locator("h1").click()
    await hers.page.keyboard.press("?")
    await expect(hers.page.get_by_role("dialog")).to_contain_text("Ctrl")
    await hers.page.keyboard.press("Escape")
    await expect(hers.page.get_by_role("dialog")).to_have_count(0)
