"""Unread counts, and when a message counts as read."""

import re

import pytest
from playwright.async_api import expect

from chat.models import Membership, Message
from tests.browser.past import make_direct, post, post_many, read_all
from tests.browser.waiting import until
from tests.browser.window import open_room, open_tab

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Records every unread mark in the sidebar and the title, even for a moment.
NOTE_COUNTS = """
() => {
  globalThis.noted = []
  const note = () => {
    const counts = [...document.querySelectorAll("a.room .count")].map(({ textContent }) => textContent)
    if (document.title.startsWith("•")) counts.push(document.title)
    noted.push(...counts)
  }
  new MutationObserver(note).observe(document, { subtree: true, childList: true, characterData: true })
}
"""
# Playwright gives every page the focus, so the test sets it.
FOCUS_AS_SET = """
let isFocused = true
document.hasFocus = () => isFocused
globalThis.setFocus = focused => {
  isFocused = focused
  dispatchEvent(new Event(focused ? "focus" : "blur"))
}
"""


async def posts(visitor, room, *texts):
    """Post from a client without a browser, and return the last message."""
    async with visitor.person.connect() as connection:
        await connection.subscribe(f"room.{room}")
        for text in texts:
            posted = await connection.posts(text)
    return posted


async def test_a_mention_has_a_count_of_its_own_in_red(two):
    hers = await open_room(two.ada, two.random)
    await expect(hers.count("general")).to_have_count(0)
    await posts(two.bob, two.general, "to all", "to @ada")
    await expect(hers.count("general")).to_have_text("1")
    await expect(hers.count("general")).to_have_class(re.compile("you"))
    await expect(hers.room("general")).to_contain_text("1 mention, 2 unread")
    await hers.goes_to("general")
    await expect(hers.message("to @ada")).to_have_class(re.compile("mentions-me"))
    await expect(hers.message("to all")).not_to_have_class(re.compile("mentions-me"))
    await expect(hers.count("general")).to_have_count(0)


async def test_a_mention_that_is_deleted_unread_is_no_longer_counted(two):
    hers = await open_room(two.ada, two.random)
    posted = await posts(two.bob, two.general, "to all", "to @ada")
    await expect(hers.count("general")).to_have_class(re.compile("you"))
    async with two.bob.person.connect() as connection:
        await connection.subscribe(f"room.{two.general}")
        await connection.does("message.delete", f"room.{two.general}", id=posted["id"])
    await expect(hers.count("general")).to_have_text("1")
    await expect(hers.count("general")).not_to_have_class(re.compile("you"))
    await expect(hers.room("general")).not_to_contain_text("mention")


async def test_a_direct_message_counts_as_a_mention(two):
    direct = await two.site.database(make_direct, two.bob.id, two.ada.id)
    hers = await open_room(two.ada, two.random)
    await posts(two.bob, direct, "psst")
    await expect(hers.count("bob")).to_have_text("1")
    await expect(hers.count("bob")).to_have_class(re.compile("you"))
    await hers.goes_to("bob")
    await hers.sees("psst")
    await expect(hers.count("bob")).to_have_count(0)


async def test_messages_below_the_view_are_unread(two):
    """Messages that arrive while scrolled up are unread, in other tabs too, until they are scrolled into view."""
    await two.site.database(post_many, two.general, two.bob.id, 60)
    await two.site.database(read_all, two.general, two.ada.id)
    hers = await open_room(two.ada, two.general)
    elsewhere = await open_tab(two.ada, two.random)
    await hers.page.bring_to_front()
    await expect(hers.message("number 0059")).to_be_in_viewport()
    await hers.log.evaluate("log => log.scrollTop = 600")
    await expect(hers.button("Jump to latest")).to_be_visible()
    await posts(two.bob, two.general, "below", "further below")
    await expect(elsewhere.count("general")).to_have_text("2")
    await expect(hers.message("further below")).not_to_be_in_viewport()
    await hers.button("2 new messages").click()
    await expect(hers.message("further below")).to_be_in_viewport()
    await expect(elsewhere.count("general")).to_have_count(0)
    await expect(hers.page.locator(".jump-down")).to_have_count(0)


async def test_a_message_that_arrives_in_view_is_never_counted(two):
    """A message is read half a second later, and a number that appears for that time would flicker."""
    hers = await open_room(two.ada, two.general)
    elsewhere = await open_tab(two.ada, two.random)
    await hers.page.bring_to_front()
    for window in (hers, elsewhere):
        await window.page.evaluate(NOTE_COUNTS)
    await posts(two.bob, two.general, "before your eyes")
    await hers.sees("before your eyes")
    await until(elsewhere.page, "() => noted.includes('1')")
    await expect(elsewhere.count("general")).to_have_count(0)
    assert await hers.page.evaluate("noted") == []


async def test_a_room_opens_at_the_new_line(two):
    await two.site.database(post_many, two.general, two.bob.id, 30)
    await two.site.database(read_all, two.general, two.ada.id)
    await two.site.database(post, two.general, two.bob.id, *(f"new {number:02}" for number in range(30)))
    hers = await open_room(two.ada, two.random)
    await expect(hers.count("general")).to_have_text("30")
    await hers.goes_to("general")
    await expect(hers.new_line).to_be_in_viewport()
    order = await hers.log.locator("[role=separator], message-body.prose").all_inner_texts()
    assert order[order.index("new 00") - 1].casefold() == "new"
    assert order[order.index("new 00") - 2] == "number 0029"
    await expect(hers.message("new 29")).not_to_be_in_viewport()
    await hers.page.keyboard.press("Escape")
    await expect(hers.message("new 29")).to_be_in_viewport()
    await expect(hers.count("general")).to_have_count(0)
    await expect(hers.new_line).to_have_count(0)


async def test_reading_in_one_browser_clears_the_count_in_another(people, two):
    hers, phone = await open_room(two.ada, two.random), await people("ada")
    elsewhere = await open_room(phone, two.random)
    await posts(two.bob, two.general, "one", "two")
    await expect(elsewhere.count("general")).to_have_text("2")
    await hers.goes_to("general")
    await expect(elsewhere.count("general")).to_have_count(0)
    await posts(two.bob, two.general, "three")
    await hers.sees("three")
    await expect(hers.count("general")).to_have_count(0)


async def test_a_window_without_focus_reads_nothing(two):
    """The window is behind another one, so pushes and emails must be sent."""
    await two.ada.context.add_init_script(FOCUS_AS_SET)
    hers = await open_room(two.ada, two.general)
    elsewhere = await open_tab(two.ada, two.random)
    await hers.page.bring_to_front()
    await hers.page.evaluate("setFocus(false)")
    await posts(two.bob, two.general, "to @ada")
    await hers.sees("to @ada")
    await expect(hers.new_line).to_be_visible()
    await expect(elsewhere.page.get_by_role("region", name="New notifications")).to_contain_text("mentioned you")
    await posts(two.bob, two.general, "and more")
    await expect(elsewhere.count("general")).to_have_text("1")
    await expect(elsewhere.room("general")).to_contain_text("1 mention, 2 unread")
    assert (
        await two.site.database(read_up_to, two.general, two.ada.id) < await two.site.database(end_of, two.general) - 1
    )
    await hers.page.evaluate("setFocus(true)")
    await expect(elsewhere.count("general")).to_have_count(0)
    assert await two.site.database(read_up_to, two.general, two.ada.id) == await two.site.database(end_of, two.general)


async def test_only_messages_that_were_visible_are_read(two):
    await two.site.database(post, two.general, two.bob.id, "@ada the one that matters")
    await two.site.database(post_many, two.general, two.bob.id, 150)
    hers = await open_room(two.ada, two.general)
    await expect(hers.message("the one that matters")).to_be_in_viewport()
    await expect(hers.new_line).to_be_in_viewport()
    await expect(hers.room("general")).not_to_contain_text("151 unread")
    await hers.page.reload()
    await expect(hers.new_line).to_be_in_viewport()
    words = await hers.room("general").inner_text()
    assert 100 < int(re.search(r"(\d+) unread", words)[1]) < 151
    await hers.page.locator(".jump-down").click()
    await expect(hers.message("number 0149")).to_be_in_viewport()
    await hers.page.reload()
    await expect(hers.new_line).to_be_in_viewport()
    await hers.page.keyboard.press("Escape")
    await expect(hers.message("number 0149")).to_be_in_viewport()
    await expect(hers.count("general")).to_have_count(0)
    assert await two.site.database(read_up_to, two.general, two.ada.id) == await two.site.database(end_of, two.general)


def read_up_to(room_id, user_id):
    return Membership.objects.get(room=room_id, user=user_id).last_read_seq


def end_of(room_id):
    return Message.objects.filter(room=room_id).latest("posted_seq").posted_seq
