"""The chat on a phone: small screen and touch."""

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.bells import notify_user
from tests.browser.eyes import fits, suits_a_finger
from tests.browser.past import join, make_direct, post, post_many
from tests.browser.window import open_room
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest_asyncio.fixture(loop_scope="session")
async def phone(people, two):
    """Return Eve's phone in `general`, where Bob has posted."""
    eve = await people("eve", **PHONE)
    await two.site.database(join, eve.id, two.general, two.random)
    await two.site.database(make_direct, two.bob.id, eve.id)
    await two.site.database(post_many, two.general, two.bob.id, 40)
    return await open_room(eve, two.general)


async def holds(window, message, meanwhile=None):
    """Make a long press by touch; `meanwhile` runs before the finger lifts."""
    session = await window.page.context.new_cdp_session(window.page)
    await expect(message).to_be_in_viewport()
    box = await message.bounding_box()
    point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + 8}
    await session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    await expect(window.page.locator(".held")).to_have_count(1)
    if meanwhile:
        await meanwhile
    await session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


async def test_targets_are_large_enough_for_touch(phone):
    page = phone.page
    await suits_a_finger(page)
    await phone.button("Rooms").tap()
    await expect(phone.room("random")).to_be_in_viewport()
    await suits_a_finger(page)
    await page.get_by_role("button", name="Add a room").tap()
    await expect(page.get_by_role("menu")).to_be_visible()
    await suits_a_finger(page)
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="account menu").tap()
    await suits_a_finger(page)
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await phone.button("People in this room").tap()
    await expect(page.get_by_role("complementary").get_by_role("button", name="bob")).to_be_in_viewport()
    await suits_a_finger(page)
    await page.get_by_label("Hide people").tap()
    await phone.button("Room menu").tap()
    await expect(page.get_by_role("menu")).to_be_visible()
    await suits_a_finger(page)
    await page.keyboard.press("Escape")
    await phone.button("Emoji").tap()
    await expect(phone.dialog.get_by_label("tada").first).to_be_visible()
    await fits(page)


async def test_the_room_header_shows_unread_messages_elsewhere(people, two):
    eve = await people("eve", **PHONE)
    await two.site.database(join, eve.id, two.general, two.random)
    phone = await open_room(eve, two.general)
    opener = phone.page.locator(".drawer-opener")
    await expect(opener).to_have_accessible_name("Rooms")
    await two.site.database(post, two.random, two.bob.id, "news", "more")
    await expect(opener).to_have_accessible_name("Rooms, 1 unread")
    await expect(opener.locator(".count")).to_have_text("1")
    await expect(phone.page.get_by_role("button", name="Notifications")).to_be_in_viewport()
    await two.site.database(notify_user, eve.id, "told")
    await expect(phone.page.get_by_role("button", name="Notifications, 1 unread")).to_be_visible()
    await phone.page.locator("h1").get_by_role("button").tap()
    await expect(phone.page.get_by_role("menuitem", name="People in this room")).to_be_visible()
    await suits_a_finger(phone.page)
    await phone.page.keyboard.press("Escape")
    toast = await phone.page.locator(".toast").bounding_box()
    assert toast["y"] > phone.page.viewport_size["height"] / 2


async def test_one_drawer_is_open_and_closes_on_a_tap_outside(phone):
    await phone.button("Rooms").tap()
    await expect(phone.room("random")).to_be_in_viewport()
    await phone.page.touchscreen.tap(350, 400)
    await expect(phone.room("random")).not_to_be_in_viewport()
    await phone.button("People in this room").tap()
    bob = phone.page.get_by_role("complementary").get_by_role("button", name="bob")
    await expect(bob).to_be_in_viewport()
    await phone.page.touchscreen.tap(10, 400)
    await expect(bob).not_to_be_in_viewport()
    await phone.button("Rooms").tap()
    await phone.room("random").tap()
    await phone.is_in("random")
    await expect(phone.room("random")).not_to_be_in_viewport()


async def test_enter_makes_a_new_line_and_the_button_sends(phone, two):
    await phone.composer.tap()
    await phone.page.keyboard.type("one")
    await phone.page.keyboard.press("Enter")
    await phone.page.keyboard.type("two")
    await expect(phone.composer).to_have_value("one\ntwo")
    await phone.button("Send").tap()
    await expect(phone.pending).to_have_count(0)
    await expect(phone.messages.last.locator("message-body")).to_have_text("one\ntwo", use_inner_text=True)
    await expect(phone.messages.last).to_be_in_viewport()


async def test_a_long_press_opens_the_message_menu(phone):
    await phone.composer.fill("helo")
    await phone.button("Send").tap()
    await expect(phone.message("helo").locator("message-body")).to_be_visible()
    await holds(phone, phone.message("helo"))
    menu = phone.page.get_by_role("menu")
    await expect(menu).to_be_visible()
    await suits_a_finger(phone.page)
    await menu.get_by_role("menuitem", name="Edit").tap()
    await expect(phone.editor).to_be_focused()
    await fits(phone.page)
    await phone.editor.fill("hello")
    await phone.page.keyboard.press("Enter")
    await expect(phone.editor).to_have_value("hello\n")
    await phone.button("Save").tap()
    await expect(phone.message("hello")).to_contain_text("edited")


async def test_a_new_message_does_not_close_the_menu(phone, two):
    async def arrives():
        await two.site.database(post, two.general, two.bob.id, "one more")
        await expect(phone.message("one more")).to_be_in_viewport()

    await phone.composer.fill("mine")
    await phone.button("Send").tap()
    await expect(phone.message("mine").locator("message-body")).to_be_in_viewport()
    await holds(phone, phone.message("mine"), arrives())
    await expect(phone.page.get_by_role("menu", name="Message actions")).to_be_visible()


async def test_the_timeline_and_the_composer_share_a_low_screen(people, two):
    """The screen is as low as it is above an on-screen keyboard."""
    eve = await people("eve", **PHONE | {"viewport": {"width": 360, "height": 360}})
    await two.site.database(join, eve.id, two.general)
    await two.site.database(post, two.general, two.bob.id, "the last word")
    window = await open_room(eve, two.general)
    await window.composer.fill("line\n" * 30)
    for shown in (window.page.locator("h1"), window.composer, window.button("Send")):
        await expect(shown).to_be_in_viewport()
    assert (await window.log.bounding_box())["height"] > 60
    await fits(window.page)
