"""The outbox: lost replies, cut connections, reloads, closed tabs and refusals."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.line import take_line
from tests.browser.past import archive, own_server, restore, texts
from tests.browser.window import open_room, open_tab

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ALWAYS_LONG = "Math.random = () => 0.999"
STORES_NOTHING = """
  const forbid = () => { throw new DOMException("The operation is insecure.", "SecurityError") }
  for (const name of ["indexedDB", "localStorage", "sessionStorage", "BroadcastChannel"])
    Object.defineProperty(window, name, { get: forbid })
"""


async def drop_databases(visitor):
    """Close and delete all databases of the site, as the browser does when the disk is full."""
    session = await visitor.context.new_cdp_session(visitor.page)
    origin = await visitor.page.evaluate("location.origin")
    await session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "indexeddb"})


async def test_a_message_with_a_lost_reply_is_not_posted_twice(two):
    line = await take_line(two.ada.context)
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    line.brings_answers = False
    await hers.writes("only once")
    await his.sees("only once")
    await expect(hers.message("only once")).to_have_class(re.compile("pending"))
    await line.cuts()
    await line.restores()
    await expect(hers.pending).to_have_count(0)
    await hers.sends("the next")
    await his.sees("the next")
    await expect(his.messages.locator("message-body")).to_have_text(["only once", "the next"])
    assert await two.site.database(texts, two.general) == ["only once", "the next"]


async def test_unsent_messages_survive_a_reload_and_show_in_other_tabs(two):
    line = await take_line(two.ada.context)
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    await line.cuts()
    await expect(hers.line).to_contain_text("Unsent messages are saved.")
    for text in ("first", "second"):
        await hers.writes(text)
    await hers.page.reload()
    await expect(hers.pending).to_have_text([re.compile("first"), re.compile("second")])
    other = await open_tab(two.ada, two.general)
    await other.writes("third, from the other tab")
    await expect(hers.pending).to_have_count(3)
    await other.goes_to("random")
    await other.writes("elsewhere")
    await hers.page.close()
    await line.restores()
    await his.sees("third, from the other tab")
    await expect(his.messages.locator("message-body")).to_have_text(["first", "second", "third, from the other tab"])
    await expect(other.pending).to_have_count(0)
    assert await two.site.database(texts, two.random) == ["elsewhere"]


async def test_messages_survive_the_deletion_of_the_databases(two):
    line = await take_line(two.ada.context)
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    await hers.sends("before")
    await drop_databases(two.ada)
    await hers.sends("after")
    await line.cuts()
    await expect(hers.line).to_contain_text("Unsent messages are saved.")
    await hers.writes("first")
    await drop_databases(two.ada)
    await hers.writes("second")
    await expect(hers.pending).to_have_count(2)
    await hers.page.reload()
    await expect(hers.pending).to_have_text([re.compile("first"), re.compile("second")])
    await line.restores()
    await his.sees("second")
    await expect(hers.pending).to_have_count(0)
    assert await two.site.database(texts, two.general) == ["before", "after", "first", "second"]


async def test_a_browser_without_storage_sends_and_warns(two):
    await two.ada.context.add_init_script(STORES_NOTHING)
    line = await take_line(two.ada.context)
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    await hers.sends("hi")
    await line.cuts()
    await hers.writes("later")
    await expect(hers.line).to_contain_text("Keep this page open. Your browser can't save unsent messages.")
    await line.restores()
    await his.sees("later")
    await expect(hers.pending).to_have_count(0)


async def test_a_refused_message_can_be_sent_again(two):
    line = await take_line(two.ada.context)
    hers = await open_room(two.ada, two.general)
    await line.cuts()
    await expect(hers.line).to_contain_text("Unsent messages are saved.")
    await hers.writes("in between")
    await two.site.database(archive, two.general)
    await line.restores()
    refused = hers.message("in between")
    await expect(refused).to_contain_text("Not sent.")
    await expect(hers.page.get_by_text("This room is archived.").last).to_be_visible()
    await two.site.database(restore, two.general)
    await expect(hers.composer).to_be_visible()
    await refused.get_by_role("button", name="Try again").click()
    await expect(hers.message("in between").locator("message-body")).to_be_visible()
    await expect(hers.pending).to_have_count(0)
    assert await two.site.database(texts, two.general) == ["in between"]


async def test_a_waiting_message_can_be_edited(two):
    line = await take_line(two.ada.context)
    hers = await open_room(two.ada, two.general)
    await line.cuts()
    await expect(hers.line).to_contain_text("Unsent messages are saved.")
    await hers.writes("frist")
    await hers.message("frist").get_by_role("button", name="Edit").click()
    await expect(hers.composer).to_have_value("frist")
    await hers.writes("first")
    await expect(hers.pending).to_have_count(1)
    await line.restores()
    await hers.is_back()
    await expect(hers.pending).to_have_count(0)
    assert await two.site.database(texts, two.general) == ["first"]


async def test_the_wait_to_reconnect_is_shown_and_can_be_skipped(two):
    line = await take_line(two.ada.context)
    await two.ada.context.add_init_script(ALWAYS_LONG)
    hers = await open_room(two.ada, two.general)
    await line.cuts()
    await expect(hers.line).to_contain_text(
        re.compile(r"Reconnecting in [4-8] s\. Unsent messages are saved\. Try now")
    )
    await line.restores(is_notified=False)
    await hers.button("Try now").click()
    await expect(hers.line).to_be_empty(timeout=2000)
    await hers.sends("back")


@own_server
async def test_pages_reconnect_to_a_restarted_server(two):
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    two.ada.forgives_a_broken_line()
    two.bob.forgives_a_broken_line()
    await hers.sends("before")
    await two.site.servers[0].terminates()
    await hers.writes("meanwhile")
    await his.writes("of the same mind")
    await two.site.servers[0].starts()
    for window in (hers, his):
        await window.is_back()
    for window in (hers, his):
        await window.sees("meanwhile")
        await window.sees("of the same mind")
        await expect(window.pending).to_have_count(0)
    shown = [await window.messages.locator("message-body").all_inner_texts() for window in (hers, his)]
    assert shown[0] == shown[1] == await two.site.database(texts, two.general)
