"""Levels and mutes of a room: chosen in its header, shown in the sidebar of every tab."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.async_api import expect

from notifications import services as notifications
from notifications.services import Level
from tests.browser.bells import Bell, mentions
from tests.browser.eyes import FINGER_PIXELS, fits, is_accessible, shows_focus, suits_a_finger
from tests.browser.past import join, make_direct, post
from tests.browser.window import open_room, open_tab
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MUTED = re.compile(r"\bmuted\b")
UNREAD = re.compile(r"\bunread\b")


def mute_for(user_id: int, room_id: int, seconds: float) -> None:
    until = timezone.now() + timedelta(seconds=seconds)
    notifications.set_levels(user_id, {f"room.{room_id}": Level(muted_until=until)})


async def opens_levels(window):
    """Open the menu of levels from the room's menu."""
    await window.button("Room menu").click()
    await window.page.get_by_role("menuitem", name="Notifications").click()
    return window.page.get_by_role("menu", name="Notifications for this room")


async def test_levels_work_by_keyboard(two):
    hers = await open_room(two.ada, two.general)
    elsewhere = await open_tab(two.ada, two.random)
    await hers.page.bring_to_front()
    keys = hers.page.keyboard
    await hers.button("Room menu").focus()
    await keys.press("Enter")
    await keys.press("ArrowDown")
    await keys.press("ArrowDown")
    await expect(hers.page.get_by_role("menuitem", name="Notifications")).to_be_focused()
    await keys.press("Enter")
    usual = hers.page.get_by_role("menuitemradio", name="Mentions")
    await expect(usual).to_be_focused()
    await expect(usual).to_have_attribute("aria-checked", "true")
    await shows_focus(usual)
    await expect(hers.button("Room menu")).to_have_attribute("aria-expanded", "true")
    await keys.press("End")
    await expect(hers.page.get_by_role("menuitemradio", name="Mute until I turn it back on")).to_be_focused()
    await keys.press("Enter")
    await expect(hers.button("Room menu")).to_be_focused()
    for window in (hers, elsewhere):
        await expect(window.room("general")).to_have_class(MUTED)
        await expect(window.room("general")).to_contain_text("(muted)")
    await hers.button("Muted").focus()
    await keys.press("Enter")
    await expect(hers.page.get_by_role("menuitemradio", name="Muted")).to_have_attribute("aria-checked", "true")
    await hers.page.get_by_role("menuitemradio", name="Mentions").press("Enter")
    for window in (hers, elsewhere):
        await expect(window.room("general")).not_to_have_class(MUTED)
    await expect(hers.button("Muted")).to_have_count(0)


async def test_a_muted_room_shows_only_mentions(two):
    hers = await open_room(two.ada, two.general)
    bell = Bell(hers.page)
    await opens_levels(hers)
    await hers.page.get_by_role("menuitemradio", name="Mute for 1 hour").click()
    await expect(hers.page.get_by_role("status").filter(has_text="Muted until")).to_be_visible()
    await hers.goes_to("random")
    await expect(hers.room("general")).to_have_class(MUTED)
    await mentions(two.bob, two.general, "ada", "psst")
    await expect(hers.count("general")).to_have_text("1")
    await expect(hers.count("general")).to_have_class(re.compile("you"))
    await expect(hers.room("general")).not_to_have_class(UNREAD)
    await expect(hers.page).to_have_title("• # random · Hubbub")
    await bell.shows(0)
    await hers.page.keyboard.press("Control+k")
    await expect(hers.page.get_by_role("option", name="general").locator(".count")).to_have_class(re.compile("you"))


async def test_the_end_of_a_mute_shows_live(two):
    hers = await open_room(two.ada, two.random)
    await mentions(two.bob, two.general, "ada", "psst")
    await expect(hers.room("general")).to_have_class(UNREAD)
    await two.site.database(mute_for, two.ada.id, two.general, 6)
    await expect(hers.room("general")).to_have_class(MUTED)
    await expect(hers.room("general")).not_to_have_class(UNREAD)
    await expect(hers.room("general")).not_to_have_class(MUTED)
    await expect(hers.room("general")).to_have_class(UNREAD)


async def test_everything_and_nothing(two):
    hers = await open_room(two.ada, two.general)
    bell = Bell(hers.page)
    his = await open_room(two.bob, two.general)
    menu = await opens_levels(hers)
    await menu.get_by_role("menuitemradio", name="All messages").click()
    await expect(hers.page.get_by_role("status").filter(has_text="All messages.")).to_be_visible()
    await hers.goes_to("random")
    await his.sends("to all")
    await bell.shows(1)
    await hers.goes_to("general")
    await bell.shows(0)
    menu = await opens_levels(hers)
    await menu.get_by_role("menuitemradio", name="Nothing").click()
    await expect(hers.button("Notifications are off for this room")).to_be_visible()
    await hers.goes_to("random")
    await his.sends("@ada!")
    await expect(hers.count("general")).to_have_text("1")
    await bell.shows(0)


async def test_a_conversation_has_everything_or_nothing(two):
    direct = await two.site.database(make_direct, two.ada.id, two.bob.id)
    await two.site.database(post, direct, two.bob.id, "psst")
    hers = await open_room(two.ada, direct)
    menu = await opens_levels(hers)
    await expect(menu.get_by_role("menuitemradio")).to_have_text(
        ["All messages", "Nothing", "Mute for 1 hour", "Mute until tomorrow", "Mute until I turn it back on"]
    )
    await expect(menu.get_by_role("menuitemradio", name="All messages")).to_have_attribute("aria-checked", "true")


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, PHONE], ids=["light", "dark", "phone"])
async def test_the_menu_and_the_muted_look_are_accessible_and_fit(people, two, options):
    eve = await people("eve", **options)
    await two.site.database(join, eve.id, two.general, two.random)
    hers = await open_room(eve, two.general)
    await opens_levels(hers)
    await hers.waits_for_animations()
    await is_accessible(hers.page)
    await fits(hers.page)
    await suits_a_finger(hers.page) if options is PHONE else None
    await hers.page.get_by_role("menuitemradio", name="Mute until I turn it back on").click()
    await expect(hers.button("Muted")).to_be_visible()
    await hers.page.locator(".drawer-opener").click() if options is PHONE else None
    await expect(hers.room("general")).to_have_class(MUTED)
    await hers.waits_for_animations()
    await is_accessible(hers.page)
    await fits(hers.page)
    await eve.opens(f"/rooms/{two.general}/settings/")
    await expect(hers.page.get_by_label("Muted", exact=True)).to_be_checked()
    await is_accessible(hers.page)
    await fits(hers.page)
    if options is PHONE:
        box = await hers.page.locator("#hearing label.check").last.bounding_box()
        assert box["height"] >= FINGER_PIXELS


async def test_levels_are_in_the_settings_without_scripts(people, two):
    ada = await people("ada", java_script_enabled=False)
    page = await ada.opens(f"/rooms/{two.general}/settings/")
    await page.get_by_label("Nothing").check()
    await page.locator("#hearing").get_by_role("button", name="Save").click()
    await expect(page.get_by_label("Nothing")).to_be_checked()
    await page.get_by_label("Mute until I turn it back on").check()
    await page.locator("#hearing").get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    await expect(page.get_by_label("Muted", exact=True)).to_be_checked()
