"""Everything works by keyboard, with a visible focus."""

import pytest
from playwright.async_api import expect

from tests.browser.eyes import shows_focus
from tests.browser.past import join, post
from tests.browser.window import Window, open_room

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "correct horse battery"
PART = """
document.activeElement.closest("nav, room-list, account-menu, room-header, room-timeline, room-composer, member-list")
  ?.localName
"""


async def test_a_whole_session_works_by_keyboard(people, two):
    eve_is_there = await two.site.person("eve", password=PASSWORD)
    await two.site.database(join, eve_is_there.id, two.general, two.random)
    eve = await people("eve", signed_in=False)
    window = Window(await eve.opens(f"/rooms/{two.general}/"))
    await signs_in(window)
    await writes_and_goes_on(window)
    await edits_the_last_message(window)
    await asks_for_the_keys(window)
    await window.page.keyboard.press("Alt+ArrowUp")
    await window.is_in("general")


async def signs_in(window):
    keys = window.page.keyboard
    await shows_focus(window.page.get_by_label("Username"))
    await keys.type("eve")
    await keys.press("Tab")
    await keys.type(PASSWORD)
    await keys.press("Enter")
    await window.is_in("general")
    await expect(window.composer).to_be_focused()
    await shows_focus(window.composer)


async def writes_and_goes_on(window):
    keys = window.page.keyboard
    await keys.type("hello")
    await keys.press("Enter")
    await window.sees("hello")
    await keys.press("Control+K")
    await keys.type("ran")
    await keys.press("Enter")
    await window.is_in("random")
    await expect(window.composer).to_be_focused()


async def edits_the_last_message(window):
    keys = window.page.keyboard
    await keys.type("helo")
    await keys.press("Enter")
    await expect(window.message("helo").locator("message-body")).to_be_visible()
    await keys.press("ArrowUp")
    await expect(window.editor).to_be_focused()
    await keys.press("End")
    await keys.press("Backspace")
    await keys.type("lo")
    await keys.press("Enter")
    await expect(window.message("hello")).to_contain_text("edited")
    await expect(window.composer).to_be_focused()


async def asks_for_the_keys(window):
    """A question mark is text in the composer, and opens the list of shortcuts everywhere else."""
    keys = window.page.keyboard
    await keys.type("?")
    await expect(window.composer).to_have_value("?")
    await keys.press("Backspace")
    await keys.press("Shift+Tab")
    await expect(window.message("hello")).to_be_focused()
    await shows_focus(window.message("hello"))
    await keys.press("?")
    await expect(window.dialog).to_contain_text("Formatting")
    await keys.press("Escape")
    await expect(window.dialog).to_have_count(0)
    await expect(window.message("hello")).to_be_focused()


async def test_the_focus_returns_to_its_opener(two):
    await two.site.database(post, two.general, two.ada.id, "first", "second")
    hers = await open_room(two.ada, two.general)
    keys = hers.page.keyboard
    await hers.message("second").focus()
    await keys.press("ArrowUp")
    await expect(hers.message("first")).to_be_focused()
    await shows_focus(hers.message("first"))
    await keys.press("Enter")
    await expect(hers.page.get_by_role("menuitem", name="Edit")).to_be_focused()
    await keys.press("Escape")
    await expect(hers.message("first")).to_be_focused()
    await keys.press("Delete")
    await expect(hers.dialog.get_by_role("button", name="Cancel")).to_be_focused()
    await keys.press("Escape")
    await expect(hers.message("first")).to_be_focused()
    await keys.press("e")
    await expect(hers.editor).to_be_focused()
    await keys.press("Escape")
    await expect(hers.composer).to_be_focused()
    for name in ("Emoji", "Room menu", "Add a room"):
        button = hers.button(name)
        await button.focus()
        await keys.press("Enter")
        await expect(button).not_to_be_focused()
        await keys.press("Escape")
        await expect(button).to_be_focused()
        await shows_focus(button)
    await keys.press("Control+K")
    await keys.press("Escape")
    await expect(hers.button("Add a room")).to_be_focused()


async def test_tab_reaches_every_part_in_the_order_of_the_page(two):
    await two.site.database(post, two.general, two.bob.id, "something")
    hers = await open_room(two.ada, two.general)
    await hers.page.get_by_role("link", name="Skip to writing").focus()
    await expect(hers.page.get_by_role("link", name="Skip to writing")).to_be_in_viewport()
    order = []
    for _ in range(40):
        await hers.page.keyboard.press("Tab")
        await shows_focus(hers.page.locator(":focus"))
        part = await hers.page.evaluate(PART)
        if part not in order:
            order.append(part)
        if part == "member-list":
            break
    assert order == ["nav", "room-list", "account-menu", "room-header", "room-timeline", "room-composer", "member-list"]
    await hers.page.get_by_role("link", name="Skip to writing").press("Enter")
    await expect(hers.composer).to_be_focused()


async def test_two_keys_jump_to_unread_messages(two):
    hers = await open_room(two.ada, two.general)
    async with two.bob.person.connect() as connection:
        await connection.subscribe(f"room.{two.random}")
        await connection.posts("over here")
    await expect(hers.count("random")).to_have_text("1")
    await hers.page.keyboard.press("Alt+Shift+ArrowDown")
    await hers.is_in("random")
    await hers.sees("over here")


async def test_new_messages_are_announced_once(two):
    hers = await open_room(two.ada, two.general)
    aloud = hers.page.locator("[data-log][aria-live=polite]")
    async with two.bob.person.connect() as connection:
        await connection.subscribe(f"room.{two.general}")
        await connection.posts("**listen**")
    await expect(aloud).to_have_text("bob: listen")
    await expect(hers.log).to_have_attribute("aria-live", "off")
    await hers.sends("my own")
    async with two.bob.person.connect() as connection:
        await connection.subscribe(f"room.{two.general}")
        await connection.posts("again")
    await expect(aloud).to_have_text("bob: again")


LINKED = "see https://example.org/one and https://example.org/two\n```\ncode\n```"


async def test_a_message_is_entered_and_left_with_arrows(two):
    await two.site.database(post, two.general, two.bob.id, LINKED)
    hers = await open_room(two.ada, two.general)
    keys, row = hers.page.keyboard, hers.message("see")
    await row.focus()
    for target in (row.get_by_role("link").nth(0), row.get_by_role("link").nth(1), row.locator("pre")):
        await keys.press("ArrowRight")
        await expect(target).to_be_focused()
        await shows_focus(target)
    await keys.press("ArrowUp")
    await expect(row).to_be_focused()
    await keys.press("ArrowRight")
    await keys.press("ArrowLeft")
    await expect(row).to_be_focused()


async def test_people_in_a_message_are_reached_with_arrows(two):
    await two.site.database(post, two.general, two.bob.id, "hello @ada", "alone")
    hers = await open_room(two.ada, two.general)
    keys, row = hers.page.keyboard, hers.message("hello")
    for key, name, who in (("ArrowLeft", "bob", "bob"), ("ArrowRight", "@ada", "ada")):
        await row.focus()
        await keys.press(key)
        opener = row.get_by_role("button", name=name, exact=True)
        await expect(opener).to_be_focused()
        await shows_focus(opener)
        await keys.press("Enter")
        await expect(hers.page.get_by_role("dialog", name=who)).to_be_visible()
        await shows_focus(hers.page.locator(":focus"))
        await keys.press("Escape")
        await expect(opener).to_be_focused()
        await keys.press(key)
        await expect(row).to_be_focused()
    assert await hers.log.locator("[tabindex='0']").count() == 1, "one tab stop"


async def test_the_history_is_one_tab_stop_backwards(two):
    await two.site.database(post, two.general, two.bob.id, *[LINKED] * 5)
    hers = await open_room(two.ada, two.general)
    parts = []
    while "room-header" not in parts and len(parts) < 12:
        await hers.page.keyboard.press("Shift+Tab")
        parts.append(await hers.page.evaluate(PART))
    assert parts[-1] == "room-header"
    assert parts.count("room-timeline") <= 4, "the scroller, a row, and what can be done with it"


async def test_rooms_and_people_are_one_tab_stop_each(two):
    hers = await open_room(two.ada, two.general)
    for within in (hers.page.locator(".room"), hers.page.locator(".member")):
        assert await within.count() > 1
        assert await within.evaluate_all("all => all.filter(one => one.tabIndex === 0).length") == 1
        stop = within.locator("xpath=self::*[@tabindex='0']")
        await stop.focus()
        await hers.page.keyboard.press("End")
        await expect(within.last).to_be_focused()
        await shows_focus(within.last)
        assert await within.evaluate_all("all => all.filter(one => one.tabIndex === 0).length") == 1
        await hers.page.keyboard.press("Home")
        await expect(within.first).to_be_focused()


async def test_f6_moves_between_panes(two):
    await two.site.database(post, two.general, two.bob.id, "something")
    hers = await open_room(two.ada, two.general)
    await hers.composer.focus()
    parts = []
    for _ in range(5):
        await hers.page.keyboard.press("F6")
        await shows_focus(hers.page.locator(":focus"))
        parts.append(await hers.page.evaluate(PART))
    assert parts == ["member-list", "room-list", "room-header", "room-timeline", "room-composer"]
    await hers.page.keyboard.press("Shift+F6")
    assert await hers.page.evaluate(PART) == "room-timeline"


async def test_the_bell_has_a_key(two):
    hers = await open_room(two.ada, two.general)
    await hers.page.keyboard.press("Alt+n")
    await expect(hers.page.get_by_role("dialog", name="Notifications")).to_be_visible()
    await hers.page.keyboard.press("Escape")
    await expect(hers.page.get_by_role("dialog", name="Notifications")).to_be_hidden()


async def test_shift_tab_leads_to_the_last_message_on_the_screen(two):
    await two.site.database(post, two.general, two.bob.id, "there when it was opened")
    hers = await open_room(two.ada, two.general)
    await two.site.database(
        post, two.general, two.bob.id, *("long ago\n" * 20 + str(number) for number in range(5)), "the last"
    )
    await expect(hers.message("the last")).to_be_in_viewport()
    await hers.page.keyboard.press("Shift+Tab")
    await expect(hers.message("the last")).to_be_focused()
