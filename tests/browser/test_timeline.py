"""The layout of the timeline, and the states of a message from typed to sent."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import expect

from tests.browser.past import both_servers, own_server, post_at
from tests.browser.window import open_room

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HEAD = ".message-head:not(.visually-hidden)"


@own_server
async def test_a_pending_message_becomes_the_sent_one(two):
    hers = await open_room(two.ada, two.general)
    two.site.servers[0].pause()
    await hers.writes("on its *way*")
    await expect(hers.message("on its *way*")).to_have_class(re.compile("pending"))
    await expect(hers.message("on its *way*")).to_contain_text("Not sent yet")
    await expect(hers.composer).to_have_value("")
    two.site.servers[0].resume()
    await expect(hers.message("on its way").locator("em")).to_have_text("way")
    await expect(hers.messages).to_have_count(1)
    await expect(hers.pending).to_have_count(0)


@both_servers
async def test_messages_sent_together_keep_their_order(two):
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    texts = [f"line {number}" for number in range(8)]
    for text in texts:
        await hers.writes(text)
    for window in (hers, his):
        await expect(window.messages.locator("message-body")).to_have_text(texts)


async def test_messages_of_one_author_within_five_minutes_are_grouped(two):
    await two.site.database(
        post_at, two.general, two.bob.id, *(timedelta(days=1, minutes=-minute) for minute in (0, 2, 6, 11.5))
    )
    hers = await open_room(two.ada, two.general)
    await expect(hers.messages).to_have_count(4)
    heads = [await message.locator(HEAD).count() for message in await hers.messages.all()]
    assert heads == [1, 0, 0, 1]
    await hers.writes("said 5")
    await hers.writes("said 6")
    await expect(hers.messages.locator(HEAD)).to_have_count(3)


async def test_days_have_headings(two):
    await two.site.database(
        post_at, two.general, two.bob.id, timedelta(days=3), timedelta(days=3, minutes=-1), timedelta(days=1)
    )
    hers = await open_room(two.ada, two.general)
    await hers.sends("today")
    order = await hers.log.locator("h2, message-body.prose").all_inner_texts()
    days = [text for text in order if not text.startswith(("said", "today"))]
    assert [text for text in order if text.startswith(("said", "today"))] == ["said 1", "said 2", "said 3", "today"]
    assert order.index("said 2") == order.index("said 1") + 1
    assert order[order.index("said 3") - 1].casefold() == "yesterday", order
    assert order[order.index("today") - 1].casefold() == "today", order
    assert len(days) == len(set(days)) == 3, days


async def test_a_message_is_edited_by_mouse_and_marked(two):
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    await hers.sends("one")
    await hers.sends("two")
    await hers.message("one").hover()
    await hers.page.get_by_role("group", name="Message actions").get_by_label("Edit").click()
    await expect(hers.editor).to_be_focused()
    await hers.editor.fill("**uno**")
    await hers.button("Save").click()
    await expect(his.messages.locator("message-body")).to_have_text(["uno", "two"])
    await expect(his.message("uno").locator("strong", has_text="uno")).to_be_visible()
    await expect(his.message("uno").get_by_text("edited", exact=True)).to_be_visible()
    await expect(his.message("two").get_by_text("edited", exact=True)).to_have_count(0)
    await his.page.reload()
    await expect(his.message("uno").get_by_text("edited", exact=True)).to_be_visible()


async def test_a_cancelled_edit_changes_nothing(two):
    hers = await open_room(two.ada, two.general)
    await hers.sends("as it was")
    await hers.page.keyboard.press("ArrowUp")
    await hers.editor.fill("something else")
    await hers.page.keyboard.press("Escape")
    await expect(hers.editor).to_have_count(0)
    await expect(hers.composer).to_be_focused()
    await expect(hers.message("as it was")).to_be_visible()
    await expect(hers.message("as it was").get_by_text("edited", exact=True)).to_have_count(0)


async def test_a_deleted_message_keeps_its_place(two):
    hers = await open_room(two.ada, two.general)
    for text in ("above", "regretted", "below"):
        await hers.sends(text)
    await hers.deletes("regretted")
    his = await open_room(two.bob, two.general)
    mark = "This message was deleted."
    await expect(his.messages.locator("message-body, .gone")).to_have_text(["above", mark, "below"])
    await expect(his.messages.filter(has_text=mark).get_by_role("button")).to_have_count(0)
