"""A room's server-rendered page has the same markup and layout as the script's."""

import asyncio
import re
from datetime import timedelta

import pytest
from playwright.async_api import Route, expect

from tests.browser.past import change_room, choose_language, post, post_at, post_many
from tests.browser.waiting import until
from tests.browser.window import Window, open_room
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Leaves out what only scripts add: copy buttons, menus of files, focusable rows, placeholders of images, clickable
# people, and lit-html's comments.
ROWS = """() => {
  const log = document.querySelector(".timeline-content").cloneNode(true)
  for (const more of log.querySelectorAll(".file-more")) more.remove()
  for (const frame of log.querySelectorAll(".code-frame")) frame.replaceWith(...frame.querySelectorAll("pre"))
  for (const pre of log.querySelectorAll("pre")) for (const name of pre.getAttributeNames()) pre.removeAttribute(name)
  for (const name of log.querySelectorAll(".person-name")) name.replaceWith(...name.childNodes)
  for (const mention of log.querySelectorAll(".mention[role=button]"))
    for (const name of ["role", "aria-haspopup"]) mention.removeAttribute(name)
  const draw = node => {
    if (node.nodeType === Node.TEXT_NODE) return node.textContent.trim().replace(/\\s+/g, " ")
    if (node.nodeType !== Node.ELEMENT_NODE) return ""
    const isShared = name => node.getAttribute(name) && !["tabindex", "style"].includes(name)
    const attributes = node.getAttributeNames().filter(isShared).sort()
    const words = attributes.map(name => `${name}=${node.getAttribute(name).trim().replace(/\\s+/g, " ")}`)
    return `<${[node.localName, ...words].join(" ")}>${[...node.childNodes].map(draw).join("")}</>`
  }
  return [...log.children].map(draw)
}"""
PLACES = """() => Object.fromEntries([...document.querySelectorAll(
  ".timeline-content > [id], .room, .room-title, #composer, .bell-button, .part-head"
)].filter(one => one.checkVisibility()).map((one, index) => {
  const { x, y, width, height } = one.getBoundingClientRect()
  const name = `${one.className.trim().split(" ")[0]} ${one.id || one.textContent.trim() || index}`
  return [name, [x, y, width, height].map(Math.round)]
}))"""


async def without_script(visitor, path: str, **options):
    """Open the page in a second browser of the same user, without scripts."""
    browser = visitor.context.browser
    context = await browser.new_context(
        base_url=visitor.person.site.url,
        java_script_enabled=False,
        locale="en-GB",
        timezone_id="UTC",
        storage_state=await visitor.context.storage_state(),
        **options,
    )
    page = await context.new_page()
    await page.goto(path)
    return page


@pytest.mark.parametrize("language", ["en", "de"])
async def test_server_and_script_render_the_same_rows(two, language):
    await two.site.database(choose_language, two.ada.id, language)
    await two.site.database(post_at, two.general, two.bob.id, timedelta(days=400), timedelta(days=1), timedelta())
    await two.site.database(
        post,
        two.general,
        two.bob.id,
        f"@{two.ada.username} look",
        "> quoted",
        "```python\nprint(1)\n```",
        "[a](https://example.org)",
    )
    await two.site.database(post, two.general, two.ada.id, "mine", "again")
    await two.site.database(change_room, two.general, two.ada.id, "a & b", "plans")
    # Before the page with scripts, which marks messages as read.
    plain = await without_script(two.ada, f"/rooms/{two.general}/")
    drawn = await plain.evaluate(ROWS)
    assert len(drawn) > 8
    hers = await open_room(two.ada, two.general)
    await hers.sees("again")
    assert await hers.page.evaluate(ROWS) == drawn


async def test_the_layout_stays_when_the_script_starts(two):
    await two.site.database(post_many, two.general, two.ada.id, 80)
    hers = await open_room(two.ada, two.general)
    await until(hers.page, "() => document.cookie.includes('fonts=1')")
    plain = await without_script(two.ada, f"/rooms/{two.general}/")
    after, before = await hers.page.evaluate(PLACES), await plain.evaluate(PLACES)
    assert {name: place for name, place in before.items() if after.get(name) != place} == {}


async def test_text_typed_before_the_script_loads_is_kept(two):
    page = two.ada.page
    comes = asyncio.Event()

    async def hold_back(route: Route) -> None:
        await comes.wait()
        await route.continue_()

    await page.route("**/js/app.*.js", hold_back)
    await page.goto(f"/rooms/{two.general}/", wait_until="commit")
    await expect(page.locator("account-menu")).to_contain_text("Connecting…")
    await page.locator("#composer").fill("begun early")
    comes.set()
    await expect(page.get_by_role("button", name="Emoji")).to_be_visible()
    window = Window(page)
    await expect(window.composer).to_have_value("begun early")
    await window.composer.press("Enter")
    await window.sees("begun early")
    await expect(page.locator("account-menu")).to_contain_text("Online")


async def test_a_room_works_without_scripts(two):
    await two.site.database(post_many, two.general, two.ada.id, 80)
    await open_room(two.ada, two.random)
    page = await without_script(two.ada, f"/rooms/{two.general}/")
    await expect(page.get_by_text("number 0079")).to_be_in_viewport()
    await page.get_by_role("link", name="Older messages").click()
    await expect(page.get_by_text("number 0000")).to_have_count(1)
    await page.get_by_role("link", name="Newer messages").click()
    await page.locator("#composer").fill("written without a script")
    await page.get_by_role("button", name="Send").click()
    await expect(page).to_have_url(re.compile(r"/rooms/\d+/$"))
    await expect(page.get_by_text("written without a script")).to_be_in_viewport()
    await page.get_by_role("link", name="random").click()
    await expect(page.locator("h1")).to_have_text("random")


async def test_a_phone_works_without_scripts(two):
    await two.site.database(post, two.general, two.bob.id, "hello")
    page = await without_script(two.ada, f"/rooms/{two.general}/", **PHONE)
    await expect(page.get_by_text("hello")).to_be_in_viewport()
    await page.locator("#composer").fill("from a phone")
    await page.get_by_role("button", name="Send").tap()
    await expect(page.get_by_text("from a phone")).to_be_in_viewport()
    await expect(page.get_by_role("link", name="random")).not_to_be_in_viewport()
    await page.get_by_role("link", name="Rooms").tap()
    await page.get_by_role("link", name="random").tap()
    await expect(page.locator("h1")).to_have_text("random")
