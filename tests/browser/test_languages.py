"""Every page in another language: no text is left in English, longer ones fit, and the layout can be mirrored."""

import json

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.eyes import fits
from tests.browser.past import choose_language, join, post_many
from tests.browser.window import open_room
from tests.pseudo_language import CODE, script_catalogue, write_catalogue
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Names, messages, and words from Django or the browser: no catalogue of ours has them.
CONTENT = """
ada bob eve general random number Hubbub Ctrl Alt Shift Enter Esc Del English Deutsch Pseudo UTC Bearer Authorization
Chrome Chromium Linux AM PM
Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Wed Thu Fri Sat Sun
January February March April May June July August September October November December
Jan Feb Mar Apr Jun Jul Aug Sep Oct Nov Dec now ago second seconds minute minutes hour hours
""".split()
# Words of plain letters that a user sees. Time zones are names, code, messages and searches are what people wrote.
UNTRANSLATED = """
known => {
  const words = text => (text.match(/[A-Za-z]{2,}/g) ?? []).filter(word => !known.includes(word))
  const found = []
  const skipped =
    "script, style, noscript, select, .prose, message-body, code, kbd, pre, [data-zone], template, .avatar, " +
    ".search-chips"
  for (const element of document.body.querySelectorAll("*")) {
    if (element.closest(skipped)) continue
    for (const name of ["aria-label", "title", "placeholder", "alt"])
      if (words(element.getAttribute(name) ?? "").length) found.push(`${name}: ${element.getAttribute(name)}`)
    for (const node of element.childNodes)
      if (node.nodeType === Node.TEXT_NODE && words(node.data).length) found.push(node.data.trim())
  }
  return [...new Set(found)]
}
"""
PAGES = [
    "/accounts/profile/",
    "/notifications/",
    "/notifications/preferences/",
    "/notifications/held/",
    "/streams/",
    "/rooms/",
    "/search/",
    "/search/?q=number",
    "/search/?q=nothing+from%3Aada",
    "/search/?q=from%3A7",
]
PAGES += ["/rooms/new/", "/direct/new/", "/rooms/{room}/settings/", "/rooms/{room}/invite/", "/nowhere/"]


@pytest.fixture
def site(sites, tmp_path):
    write_catalogue(tmp_path)
    environment = {"DJANGO_SETTINGS_MODULE": "tests.pseudo_settings", "PSEUDO_CATALOGUES": tmp_path}
    return sites(kind="uvicorn", environment=environment)


@pytest_asyncio.fixture(loop_scope="session")
async def eve(people, two, request):
    """Return Eve's window in the pseudo-language, in a room where Bob mentioned her."""
    eve = await people("eve", **request.param)
    await two.site.database(choose_language, eve.id, CODE)
    await two.site.database(join, eve.id, two.general, two.random)
    await two.site.database(post_many, two.general, two.bob.id, 3)
    async with two.bob.person.connect() as connection:
        await connection.subscribe(f"room.{two.random}")
        await connection.posts("@eve 🎉", f"room.{two.random}")
    # The pseudo-language's catalogue is not among the collected static files.
    await eve.context.add_init_script(f"globalThis.hubbubCatalogue = {json.dumps(script_catalogue())}")
    return eve


async def is_translated(page):
    found = await page.evaluate(UNTRANSLATED, CONTENT)
    assert not found, f"{page.url}: {found}"
    await fits(page)


@pytest.mark.parametrize("eve", [{}, PHONE], ids=["desktop", "phone"], indirect=True)
async def test_the_chat_is_translated_fits_and_is_mirrored(eve, two):
    window = await open_room(eve, two.general)
    page = window.page
    assert await page.evaluate("[document.documentElement.lang, document.dir]") == [CODE, "rtl"]
    await is_translated(page)
    if page.viewport_size["width"] > PHONE["viewport"]["width"]:
        rooms, timeline = await page.locator("#rooms").bounding_box(), await page.locator("main").bounding_box()
        assert rooms["x"] > timeline["x"], "the rooms stand on the right"
    await eve.takes_picture(f"pseudo-language-room-{page.viewport_size['width']}")
    await page.evaluate("document.querySelector('[data-keys]').click()")
    await expect(page.locator("keys-dialog dialog")).to_be_visible()
    await is_translated(page)
    await page.keyboard.press("Escape")


@pytest.mark.parametrize("eve", [{}], ids=["desktop"], indirect=True)
async def test_every_page_is_translated_and_fits(eve, two):
    eve.forgives("404")
    page = eve.page
    for path in PAGES:
        await page.goto(path.format(room=two.general))
        await expect(page.locator("html")).to_have_attribute("dir", "rtl")
        await page.wait_for_load_state("networkidle")
        await is_translated(page)
        if path == "/notifications/preferences/":
            await eve.takes_picture("pseudo-language-settings")
