"""Malicious, long, wide and right-to-left texts."""

from uuid import uuid4

import pytest
from playwright.async_api import expect

from tests.browser.eyes import fits
from tests.browser.window import open_room
from tests.chat.texts import ATTACKS
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG_NAME = "Wolfeschlegelsteinhausenbergerdorff" * 2
WIDE = [
    "W" * 2000,
    "`" + "w" * 500 + "`",
    "```\n" + "w " * 500 + "\n```",
    "https://example.com/" + "w" * 500,
    "> " * 30 + "deep",
    "|" + "head|" * 30 + "\n|" + "-|" * 30 + "\n|" + ("w" * 60 + "|") * 2,
]
FIRST_LETTER = """
p => {
  const range = document.createRange()
  range.setStart(p.firstChild, 0)
  range.setEnd(p.firstChild, 1)
  return range.getBoundingClientRect().left
}
"""
RECTS_OF = """
(element, words) => words.map(word => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(word)
    if (at < 0) continue
    const range = document.createRange()
    range.setStart(walker.currentNode, at)
    range.setEnd(walker.currentNode, at + word.length)
    const { left, right } = range.getBoundingClientRect()
    return { left, right }
  }
})
"""
HARM = """
() => [...document.querySelectorAll("message-body *, room-list *, member-list *")].filter(element =>
  element.matches("script, img, iframe, object, embed, style, svg:not(.icon), math, form, input, meta, base") ||
  [...element.attributes].some(({ name, value }) =>
    name.startsWith("on") || /^\\s*(javascript|vbscript|data):/i.test(value))
).map(element => element.outerHTML)
"""


async def test_malicious_texts_show_as_text(people, sites):
    """A client of its own can send any text, and names are texts, too."""
    site = sites(environment={"HUBBUB_POSTS_BURST": 1000, "HUBBUB_COMMANDS_BURST": 1000})
    attacker = await site.person("mallory", display_name="<img src=x onerror=alert(1)>")
    made = await attacker.submits("/rooms/new/", name="<script>alert(1)</script>", kind="public", topic="<b onclick=x>")
    room = int(made.headers["Location"].strip("/").split("/")[-1])
    ada = await people("ada", site=site)
    await ada.person.submits(f"/rooms/{room}/join/")
    ada.page.on("dialog", lambda dialog: ada.problems.append(f"a dialog: {dialog.message}"))
    hers = await open_room(ada, room)
    async with attacker.connect() as connection:
        await connection.subscribe(f"room.{room}")
        replies = [
            await connection.asks("message.post", f"room.{room}", key=str(uuid4()), text=text) for text in ATTACKS
        ]
        await connection.posts("the last one")
    accepted = [reply for reply in replies if "ok" in reply]
    assert len(accepted) >= len(ATTACKS) - 1
    await hers.sees("the last one")
    await expect(hers.messages).to_have_count(len(accepted) + 1)
    await expect(hers.message("<script>alert(1)</script>").first).to_be_visible()
    assert await hers.page.evaluate(HARM) == []
    await hers.page.reload()
    await hers.sees("the last one")
    assert await hers.page.evaluate(HARM) == []


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desk", "phone"])
async def test_long_and_wide_texts_fit(people, site, options):
    owner = await site.person("w" * 150, display_name=LONG_NAME)
    made = await owner.submits("/rooms/new/", name="W" * 80, kind="public", topic="W" * 250)
    path = made.headers["Location"]
    ada = await people("ada", **options)
    await ada.person.submits(f"{path}join/")
    room = int(path.strip("/").split("/")[-1])
    hers = await open_room(ada, room)
    async with owner.connect() as connection:
        await connection.subscribe(f"room.{room}")
        for text in WIDE:
            await connection.posts(text)
    await expect(hers.messages).to_have_count(len(WIDE))
    await fits(hers.page)
    for message in await hers.messages.all():
        box = await message.bounding_box()
        assert box["x"] >= 0, box
        assert box["x"] + box["width"] <= hers.page.viewport_size["width"] + 1, box


async def test_stacked_marks_stay_in_their_row(two, site):
    zalgo = ("e" + "\u0301" * 200) * 5
    other = await site.person("zed", display_name=zalgo[:200])
    hers = await open_room(two.ada, two.general)
    await hers.sends("calm")
    await other.submits(f"/rooms/{two.general}/join/")
    async with other.connect() as connection:
        await connection.subscribe(f"room.{two.general}")
        for text in (zalgo, f"`{zalgo}`\n\n> {zalgo}"):
            await connection.posts(text)
    await expect(hers.messages).to_have_count(3)
    shown = [hers.page.locator(".system-line").last, hers.messages.nth(1), hers.messages.nth(2)]
    seen = {}
    for visibility in ("visible", "hidden"):
        for row in shown:
            await row.evaluate("(row, visibility) => { row.style.visibility = visibility }", visibility)
        seen[visibility] = await hers.message("calm").screenshot()
    assert seen["visible"] == seen["hidden"]


async def test_each_text_has_its_own_direction(two):
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    for text in ("שלום עולם", "left to right", "🎉🎉"):
        await hers.sends(text)
    await his.sees("🎉🎉")
    left = {text: await first_letter_at(his, text) for text in ("שלום", "left to right")}
    line = await his.message("שלום").locator("message-body p").bounding_box()
    assert left["left to right"] < line["x"] + 20
    assert left["שלום"] > line["x"] + line["width"] - 40
    # In visual order, from left to right.
    orders = {
        f"@{two.ada.username} שלום לכולם.": [".", "לכולם", "@", two.ada.username],
        f"שלום @{two.ada.username} מה": ["מה", "@", two.ada.username, "שלום"],
        "مرحبا `foo(bar)` كيف": ["كيف", "foo", "(", "bar", "مرحبا"],
        "שלום https://a.example/x?y=1 מה": ["מה", "https", "a.example", "x?y=1", "שלום"],
        "- אחת (x)": [")", "x", "(", "אחת"],
    }
    async with two.ada.person.connect() as connection:
        await connection.subscribe(f"room.{two.general}")
        for text in orders:
            await connection.posts(text)
    await expect(his.messages).to_have_count(3 + len(orders))
    for place, (text, words) in enumerate(orders.items(), 3):
        places = await his.messages.nth(place).locator("message-body").evaluate(RECTS_OF, words)
        assert [place["left"] for place in places] == sorted(place["left"] for place in places), text
    assert await size_of(his, "🎉🎉") > 1.5 * await size_of(his, "left to right")


async def first_letter_at(window, text):
    """Return the screen position of a message's first letter."""
    return await window.message(text).locator("message-body p").evaluate(FIRST_LETTER)


async def size_of(window, text):
    paragraph = window.message(text).locator("message-body p")
    return await paragraph.evaluate("p => parseFloat(getComputedStyle(p).fontSize)")
