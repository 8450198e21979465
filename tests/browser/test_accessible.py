"""Every state of the room page, checked by axe, in light, in dark and on a phone."""

from types import SimpleNamespace

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.eyes import fits, is_accessible, suits_a_finger
from tests.browser.line import take_line
from tests.browser.past import archive, join, make_direct, post, post_many
from tests.browser.window import open_room
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CODE = "```python\nfor each in people:  # all of them\n    print(f'hi {each}')\n```"


@pytest_asyncio.fixture(loop_scope="session")
async def room(people, two, request):
    """Return Eve's window of a room with every kind of message; `line` controls her WebSockets."""
    eve = await people("eve", **request.param)
    line = await take_line(eve.context)
    site, bob = two.site, two.bob.id
    await site.database(join, eve.id, two.general, two.random)
    await site.database(make_direct, bob, eve.id)
    await site.database(post_many, two.general, bob, 30)
    await site.database(post, two.general, bob, "to @eve, **and** `all`", CODE, "> quoted\n\n- one\n- two", "🎉")
    await site.database(post, two.random, bob, "to @eve")
    window = await open_room(eve, two.general)
    return SimpleNamespace(window=window, page=window.page, line=line, is_phone=request.param is PHONE, two=two)


async def is_right(window):
    await window.waits_for_animations()
    await is_accessible(window.page)
    await fits(window.page)


@pytest.mark.parametrize("room", [{}, {"color_scheme": "dark"}, PHONE], ids=["light", "dark", "phone"], indirect=True)
async def test_every_state_of_the_room_is_accessible_and_fits(room):
    await expect(room.window.new_line).to_be_visible()
    await is_right(room.window)
    await looks_at_somebody(room)
    await looks_at_people(room)
    if room.is_phone:
        await looks_at_rooms(room)
    await looks_at_emoji(room)
    await looks_for_a_room(room)
    await looks_at_keys(room)
    await posts_and_deletes(room)
    await completes_a_name(room)
    await writes_without_a_line(room)


async def looks_at_somebody(room):
    """Touch uses the name itself, and on a phone the card is a sheet."""
    name = room.page.get_by_role("log").get_by_role("button", name="bob", exact=True).last
    await (name.tap() if room.is_phone else name.click())
    card = room.page.get_by_role("dialog", name="bob", exact=True)
    await expect(card.get_by_role("button", name="Message")).to_be_focused()
    await expect(card).to_contain_text("Member of this room")
    box = await card.bounding_box()
    assert box["width"] == (room.page.viewport_size["width"] if room.is_phone else 280)
    if room.is_phone:
        await suits_a_finger(room.page)
    await room.page.keyboard.press("Escape")
    await expect(name).to_be_focused()


async def looks_at_people(room):
    if room.is_phone:
        await room.window.button("People in this room").click()
    people = room.page.get_by_role("complementary", name="People")
    await expect(people).to_be_visible()
    await people.get_by_role("button", name="bob").click()
    await is_right(room.window)
    await room.page.keyboard.press("Escape")
    await room.page.keyboard.press("Escape")


async def looks_at_rooms(room):
    await room.page.locator(".drawer-opener").click()
    await is_right(room.window)
    await room.page.keyboard.press("Escape")


async def looks_at_emoji(room):
    await room.window.button("Emoji").click()
    await expect(room.window.dialog.get_by_label("tada").first).to_be_visible()
    await is_right(room.window)
    await room.page.keyboard.press("Escape")


async def looks_for_a_room(room):
    await room.page.keyboard.press("Control+K")
    await room.page.keyboard.type("b")
    await expect(room.window.dialog.get_by_role("option").first).to_be_visible()
    await is_right(room.window)
    await room.page.keyboard.press("Escape")


async def looks_at_keys(room):
    await room.page.locator(".timeline-content").click(position={"x": 2, "y": 2})
    await room.page.keyboard.press("?")
    await expect(room.window.dialog).to_be_visible()
    await is_right(room.window)
    await room.page.keyboard.press("Escape")


async def posts_and_deletes(room):
    hers = room.window
    await hers.composer.fill("mine")
    await hers.button("Send").click()
    await expect(hers.message("mine").locator("message-body")).to_be_visible()
    await hers.message("mine").focus()
    await room.page.keyboard.press("Enter")
    await expect(room.page.get_by_role("menu")).to_be_visible()
    await is_right(hers)
    await room.page.get_by_role("menuitem", name="Delete").click()
    await expect(hers.dialog).to_be_visible()
    await is_right(hers)
    await hers.dialog.get_by_role("button", name="Delete").click()
    await expect(hers.messages.last).to_contain_text("This message was deleted.")


async def completes_a_name(room):
    await room.window.composer.fill("never sent, and @b")
    await expect(room.page.get_by_role("option").first).to_be_visible()
    await is_right(room.window)
    await room.page.keyboard.press("Escape")


async def writes_without_a_line(room):
    """Waiting messages are sent on reconnection, and refused if the room was archived in the meantime."""
    hers = room.window
    await room.line.cuts()
    await expect(hers.line).to_contain_text("Unsent messages are saved.")
    await hers.button("Send").click()
    await expect(hers.pending).to_have_count(1)
    await is_right(hers)
    await room.two.site.database(archive, room.two.general)
    await room.line.restores()
    await expect(hers.pending).to_contain_text("Not sent.")
    await is_right(hers)


async def style_of(locator, name, pseudo=None):
    return await locator.evaluate(
        "(element, [name, pseudo]) => getComputedStyle(element, pseudo)[name]", [name, pseudo]
    )


async def test_every_state_is_visible_in_forced_colors(people, two):
    eve = await people("eve", forced_colors="active")
    await two.site.database(join, eve.id, two.general, two.random)
    await two.site.database(post, two.general, two.bob.id, "to @eve", "to nobody")
    await two.site.database(post, two.random, two.bob.id, "to @eve")
    window = await open_room(eve, two.general)
    named, other = window.message("to @eve"), window.message("to nobody")
    assert await style_of(named, "borderInlineStartWidth") == "4px"
    assert await style_of(other, "borderInlineStartWidth") == "0px"
    current = window.page.locator(".room[aria-current]")
    assert await style_of(current, "outlineStyle") == "solid"
    assert await style_of(window.page.locator(".room:not([aria-current])").first, "outlineStyle") == "none"
    online = window.page.locator(".avatar[data-presence=online]").first
    offline = window.page.locator(".avatar[data-presence=offline]").first
    assert await style_of(online, "backgroundColor", "::after") != await style_of(offline, "backgroundColor", "::after")
    you = window.page.locator(".count.you").first
    assert await style_of(you, "backgroundColor") != await style_of(you, "color")


async def test_text_follows_the_browsers_font_size(people, two):
    eve = await people("eve")
    await two.site.database(join, eve.id, two.general)
    await two.site.database(post, two.general, two.bob.id, "hello")
    window = await open_room(eve, two.general)
    texts = [window.page.locator(text).first for text in (".message .prose", ".room-name", ".composer textarea")]
    before = [await style_of(text, "fontSize") for text in texts]
    await window.page.evaluate("document.documentElement.style.fontSize = '200%'")
    after = [await style_of(text, "fontSize") for text in texts]
    assert [float(size[:-2]) for size in after] == [2 * float(size[:-2]) for size in before]
    await fits(window.page)
