"""Two users chat, each in a real browser."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.past import both_servers
from tests.browser.window import open_room, open_tab

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COMPOSES = """(field, key) => field.dispatchEvent(
  new KeyboardEvent("keydown", { key, keyCode: 229, isComposing: true, bubbles: true, cancelable: true })
)"""
DROPS_A_FILE = """target => {
  const dataTransfer = new DataTransfer()
  dataTransfer.items.add(new File(["x"], "screenshot.png", { type: "image/png" }))
  const throwAt = name => target.dispatchEvent(new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true }))
  return ["dragover", "drop"].map(throwAt)
}"""

# Changes what the page knows of the site, as it reads its data.
FILES_OFF = """
const { parse } = JSON
JSON.parse = (...text) => {
  const data = parse(...text)
  if (data?.limits?.files) data.limits.files = { megabytes: 0 }
  return data
}
"""


@both_servers
async def test_a_message_reaches_the_other_user(two):
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    await hers.writes("hello **all**")
    await hers.sees("hello all")
    await expect((await his.sees("hello all")).locator("strong", has_text="all")).to_be_visible()
    await his.writes("```python\nprint('hi')\n```")
    await expect((await hers.sees("print")).locator("pre code span").first).to_be_visible()
    await hers.sends("and again")
    await expect(his.messages).to_have_text([re.compile("hello all"), re.compile("print"), re.compile("and again")])


async def test_edits_and_deletions_reach_both_users(two):
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    await hers.sends("my frist words")
    await his.sees("my frist words")
    await hers.page.keyboard.press("ArrowUp")
    editor = hers.page.locator(".editor textarea")
    await expect(editor).to_have_value("my frist words")
    await editor.fill("my first words")
    await hers.page.keyboard.press("Enter")
    await expect(await his.sees("my first words")).to_contain_text("edited")
    await hers.chooses("my first words", "Delete")
    await hers.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await his.sees("This message was deleted.")
    await expect(his.message("my first words")).to_have_count(0)


async def test_input_methods_keep_enter(two):
    hers = await open_room(two.ada, two.general)
    await hers.sends("mine")
    for key in ("Enter", "ArrowUp"):
        await hers.composer.evaluate(COMPOSES, key)
    await expect(hers.editor).to_have_count(0)
    await hers.composer.press("ArrowUp")
    await hers.editor.fill("mine, changed")
    for key in ("Enter", "Escape"):
        await hers.editor.evaluate(COMPOSES, key)
    await expect(hers.editor).to_have_value("mine, changed")


async def test_where_files_are_turned_off_a_dropped_one_replaces_no_page(two):
    await two.ada.page.add_init_script(FILES_OFF)
    hers = await open_room(two.ada, two.general)
    await expect(hers.button("Add files")).to_have_count(0)
    for target in ("#composer", "room-timeline"):
        assert await hers.page.locator(target).evaluate(DROPS_A_FILE) == [False, False]
    await expect(hers.page.get_by_text("Paste a link")).to_be_visible()


async def test_only_moderators_delete_messages_of_others(two):
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    await his.sends("by bob")
    await hers.sends("by ada")
    await (await his.sees("by ada")).hover()
    await his.page.get_by_role("group", name="Message actions").get_by_label("More").click()
    await expect(his.page.get_by_role("menuitem", name="Copy link")).to_be_visible()
    await expect(his.page.get_by_role("menuitem", name="Delete")).to_have_count(0)
    await his.page.keyboard.press("Escape")
    await hers.chooses("by bob", "Delete")
    await hers.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await his.sees("This message was deleted.")


async def test_unread_counts_are_exact_on_every_tab(two):
    hers, his = await open_room(two.ada, two.random), await open_room(two.bob, two.general)
    second = await open_tab(two.ada, two.random)
    await expect(hers.room("general").locator(".count")).to_have_count(0)
    await his.sends("one")
    await his.sends("two")
    await expect(hers.room("general").locator(".count")).to_have_text(re.compile("2"))
    await expect(second.room("general").locator(".count")).to_have_text(re.compile("2"))
    await expect(hers.page).to_have_title(re.compile("^• "))
    await his.chooses("one", "Delete")
    await his.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(hers.room("general").locator(".count")).to_have_text(re.compile("1"))
    await hers.room("general").click()
    await hers.is_in("general")
    await expect(hers.page.locator(".new-line")).to_be_visible()
    await expect(hers.room("general").locator(".count")).to_have_count(0)
    await expect(second.room("general").locator(".count")).to_have_count(0)


async def test_typing_and_presence_are_shown(two):
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    people = hers.page.locator("member-list")
    await expect(people).to_contain_text("Online, 2")
    await his.composer.press_sequentially("I am about to")
    await expect(hers.page.locator("typing-line")).to_contain_text("bob")
    await his.page.keyboard.press("Enter")
    await hers.sees("I am about to")
    await expect(hers.page.locator("typing-line")).not_to_contain_text("bob")
    await two.bob.context.close()
    await expect(people).to_contain_text("Offline, 1")


async def test_rooms_are_switched_without_a_page_load(two):
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.random)
    await hers.page.evaluate("window.same = true")
    await his.sends("over here")
    await hers.page.keyboard.press("Control+K")
    await hers.page.keyboard.type("rand")
    await expect(hers.page.get_by_role("dialog").get_by_role("option").first).to_contain_text("random")
    await hers.page.keyboard.press("Enter")
    await hers.is_in("random")
    await hers.sees("over here")
    await hers.page.go_back()
    await hers.is_in("general")
    await hers.page.go_forward()
    await hers.is_in("random")
    assert await hers.page.evaluate("window.same")


async def test_each_room_keeps_its_draft(two):
    hers = await open_room(two.ada, two.general)
    await hers.composer.fill("half a thought")
    await hers.room("random").click()
    await hers.is_in("random")
    await expect(hers.composer).to_have_value("")
    await hers.page.reload()
    await hers.room("general").click()
    await hers.is_in("general")
    await expect(hers.composer).to_have_value("half a thought")


async def test_a_malicious_message_is_only_text(two):
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    for text in (
        "<script>window.harm=1</script>x1",
        "<img src=x onerror=window.harm=1>x2",
        "[x3](javascript:window.harm=1)",
    ):
        await hers.writes(text)
    for mark in ("x1", "x2", "x3"):
        await his.sees(mark)
    assert await his.page.evaluate("window.harm === undefined")
    harmful = his.page.locator("room-timeline").locator("img, script, a[href^=javascript]")
    assert not await harmful.count()
