"""Files of messages: in the timeline, in the lightbox, with and without the script."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from tests.browser.eyes import fits, is_accessible, shows_focus, suits_a_finger
from tests.browser.past import post
from tests.browser.shown_files import LINES, file, image, post_files, serve_files, voice
from tests.browser.test_first_look import ROWS, without_script
from tests.browser.waiting import until
from tests.browser.window import open_room
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Of the rows, with what moved from where to where. The jump buttons above them are as wide as their words, which change
# when messages are read.
SHIFTS = """() => { window.shifts = []; new PerformanceObserver(list => {
  const place = ({ x, y, width, height }) => [x, y, width, height]
  for (const entry of list.getEntries()) for (const { node, previousRect, currentRect } of entry.sources) {
    const element = node?.closest ? node : node?.parentElement
    if (element?.closest(".timeline-content"))
      window.shifts.push([element.outerHTML.slice(0, 200), place(previousRect), place(currentRect)])
  }
}).observe({ type: "layout-shift", buffered: true }) }"""
LOADED = (
    """() => [...document.querySelectorAll(".file-image img")].every(image => image.complete && image.naturalWidth)"""
)
PLACES = """() => [...document.querySelectorAll(".file-image, article")].map(one => {
  const { top, height, width } = one.getBoundingClientRect()
  return [top, width, height].map(Math.round)
})"""
NAMES_OUTSIDE = """() => [...document.querySelectorAll(".file-name")].filter(name =>
  name.getBoundingClientRect().right > name.closest("a").getBoundingClientRect().right).map(name => name.textContent)"""
LONG = "Quarterly report of the northern region, final version (2) corrected.pdf"


async def test_server_and_script_render_the_same_files(two):
    await serve_files(two.ada.context)
    grid = [image(900, 1200), image(), image(2000, 400), image(40, 30), image()]
    await two.site.database(post_files, two.general, two.bob.id, image(alt="The harbour"), text="look")
    await two.site.database(post_files, two.general, two.bob.id, *grid, file(LONG), file("קובץ.zip"))
    await two.site.database(
        post_files, two.general, two.ada.id, file("a.py", "text", "text/x-python", lines_html=LINES)
    )
    sounds = [
        file("song.wav", "audio", "audio/wav", duration=65.2, size=1_234_567),
        file("film.webm", "video", "video/webm", width=640, height=480),
    ]
    await two.site.database(post_files, two.general, two.ada.id, *sounds)
    plain = await without_script(two.ada, f"/rooms/{two.general}/")
    drawn = await plain.evaluate(ROWS)
    assert len(drawn) > 4
    hers = await open_room(two.ada, two.general)
    await expect(hers.page.locator("message-files")).to_have_count(4)
    await until(hers.page, LOADED)
    assert await hers.page.evaluate(ROWS) == drawn


async def test_nothing_moves_when_images_load(two):
    """The space of each image is there before it loads, and its placeholder is drawn in it."""
    context = two.ada.context
    await two.site.database(post_files, two.general, two.bob.id, image(900, 1200), text="tall")
    await two.site.database(post_files, two.general, two.bob.id, *[image() for _ in range(7)])
    await two.site.database(post_files, two.general, two.bob.id, image(300, 200))
    may_load = asyncio.Event()
    await serve_files(context, after=may_load)
    await context.add_init_script(f"({SHIFTS})()")
    hers = await open_room(two.ada, two.general)
    await expect(hers.page.locator(".file-image")).to_have_count(9)
    backgrounds = hers.page.locator(".file-image img")
    await expect(backgrounds.last).to_have_css("background-image", re.compile("data:image/png"))
    await until(hers.page, "() => document.cookie.includes('fonts=1')")
    await hers.waits_for_frames()
    before = await hers.page.evaluate(PLACES)
    await hers.page.evaluate("window.shifts.length = 0")
    may_load.set()
    await until(hers.page, LOADED)
    await hers.waits_for_frames()
    assert await hers.page.evaluate(PLACES) == before
    assert await hers.page.evaluate("window.shifts") == []
    await expect(backgrounds.last).to_have_css("background-image", "none")


async def test_a_picture_that_is_gone_keeps_its_space(two):
    gone = image(1000, 500)
    await two.site.database(post_files, two.general, two.bob.id, gone)
    await serve_files(two.ada.context, missing=gone["id"])
    two.ada.forgives("Failed to load resource")
    hers = await open_room(two.ada, two.general)
    await expect(hers.page.get_by_text("This picture can't be shown.")).to_be_visible()
    box = await hers.page.locator(".file-image").bounding_box()
    assert (round(box["width"]), round(box["height"])) == (420, 210)


async def test_a_deleted_message_has_no_files(two):
    await serve_files(two.ada.context)
    await two.site.database(post_files, two.general, two.ada.id, image(), file(LONG), text="going")
    hers = await open_room(two.ada, two.general)
    await expect(hers.page.locator("message-files")).to_have_count(1)
    await hers.deletes("going")
    await expect(hers.page.get_by_text("This message was deleted.")).to_be_visible()
    await expect(hers.page.locator("message-files")).to_have_count(0)
    plain = await without_script(two.ada, f"/rooms/{two.general}/")
    await expect(plain.get_by_text("This message was deleted.")).to_be_visible()
    await expect(plain.locator("message-files")).to_have_count(0)


async def test_animated_images_move_only_if_wanted_and_can_be_stopped(people, two):
    eve = await people("eve", reduced_motion="reduce")
    await eve.person.submits(f"/rooms/{two.general}/join/")
    moving = image(300, 200, "wave.gif", animated=True)
    await two.site.database(post_files, two.general, two.bob.id, moving)
    asked = await serve_files(two.ada.context)
    hers = await open_room(two.ada, two.general)
    button = hers.page.get_by_role("button", name="Play animation")
    picture = hers.page.locator(".file-image img")
    await expect(button).to_have_attribute("aria-pressed", "true")
    await expect(picture).to_have_attribute("src", re.compile(r"wave\.gif$"))
    await button.click()
    await expect(button).to_have_attribute("aria-pressed", "false")
    await expect(picture).to_have_attribute("src", re.compile("small$"))

    asked = await serve_files(eve.context)
    still = await open_room(eve, two.general)
    await expect(still.page.get_by_role("button", name="Play animation")).to_have_attribute("aria-pressed", "false")
    await until(still.page, LOADED)
    assert asked == [f"{moving['id']}/small"]
    await still.page.get_by_role("button", name="Play animation").click()
    await expect(still.page.locator(".file-image img")).to_have_attribute("src", re.compile(r"wave\.gif$"))


async def test_a_voice_message_is_played_by_keyboard(two):
    await serve_files(two.ada.context)
    await two.site.database(post_files, two.general, two.bob.id, voice())
    hers = await open_room(two.ada, two.general)
    page, row = hers.page, hers.messages.last
    await row.focus()
    await page.keyboard.press("ArrowRight")
    play = page.get_by_role("button", name="Play voice message")
    await expect(play).to_be_focused()
    await shows_focus(play)
    await page.keyboard.press("ArrowRight")
    speed = page.get_by_role("button", name="Speed: 1 times")
    await expect(speed).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Speed: 1.5 times")).to_have_text("1.5×")
    await page.keyboard.press("ArrowRight")
    wave = page.get_by_role("slider", name="Position in the voice message")
    await expect(wave).to_be_focused()
    await expect(wave).to_have_attribute("aria-valuetext", "0:00 of 0:04")
    await page.keyboard.press("Space")
    await expect(page.get_by_role("button", name="Pause")).to_be_visible()
    await page.keyboard.press("Space")
    await page.keyboard.press("End")
    await expect(wave).to_have_attribute("aria-valuetext", "0:04 of 0:04")
    await page.keyboard.press("Home")
    await expect(wave).to_have_attribute("aria-valuetext", "0:00 of 0:04")
    await page.keyboard.press("ArrowUp")
    await expect(row).to_be_focused()


async def test_a_row_is_entered_with_the_right_arrow(two):
    await serve_files(two.ada.context)
    await two.site.database(post_files, two.general, two.bob.id, image(), file(LONG), text="[a](https://example.org)")
    hers = await open_room(two.ada, two.general)
    page, row = hers.page, hers.messages.last
    await row.focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("link", name="a", exact=True)).to_be_focused()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("link", name="harbour.jpg")).to_be_focused()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("button", name="Actions for harbour.jpg")).to_be_focused()
    await page.keyboard.press("ArrowRight")
    await expect(page.locator(".file-card")).to_be_focused()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    await expect(row).to_be_focused()


async def test_the_lightbox_by_keyboard(two):
    await serve_files(two.ada.context)
    await two.site.database(post_files, two.general, two.bob.id, image(name="one.jpg", alt="First boats"), text="here")
    await two.site.database(post_files, two.general, two.bob.id, image(name="two.jpg"), image(name="three.jpg"))
    await two.site.database(post, two.general, two.bob.id, "the end")
    hers = await open_room(two.ada, two.general)
    page = hers.page
    address = page.url
    await page.get_by_role("link", name="First boats").click()
    box = page.get_by_role("dialog", name="Pictures")
    await expect(box.locator(".lightbox-counter")).to_have_text("1 of 3")
    await expect(box.get_by_role("img", name="First boats")).to_be_visible()
    await expect(box.get_by_role("status")).to_have_text("Picture 1 of 3: First boats")
    await expect(box.get_by_role("button", name="Previous picture")).to_have_count(0)
    await hers.waits_for_animations()
    await is_accessible(page)
    await page.keyboard.press("ArrowRight")
    await expect(box.get_by_role("img", name="two.jpg")).to_be_visible()
    await page.keyboard.press("End")
    await expect(box.locator(".lightbox-counter")).to_have_text("3 of 3")
    await expect(box.get_by_role("button", name="Next picture")).to_have_count(0)
    await page.keyboard.press("+")
    await expect(box.get_by_role("img")).to_have_css("transform", re.compile("1.5"))
    await page.keyboard.press("0")
    await expect(box.get_by_role("img")).to_have_css("transform", re.compile(r"matrix\(1, 0, 0, 1"))
    # The focus stays in the dialog.
    for _ in range(12):
        await page.keyboard.press("Tab")
        assert await page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    await page.keyboard.press("Escape")
    await expect(box).to_have_count(0)
    await expect(page.get_by_role("link", name="three.jpg")).to_be_focused()
    assert page.url == address


async def test_back_closes_the_lightbox_and_it_leads_to_the_message(two):
    await serve_files(two.ada.context)
    await two.site.database(post_files, two.general, two.bob.id, image(name="one.jpg"), text="here")
    hers = await open_room(two.ada, two.general)
    page = hers.page
    box = page.get_by_role("dialog", name="Pictures")
    await page.get_by_role("link", name="one.jpg").click()
    await expect(box).to_be_visible()
    await page.go_back()
    await expect(box).to_have_count(0)
    await expect(hers.message("here")).to_be_visible()
    await page.get_by_role("link", name="one.jpg").click()
    await box.get_by_role("button", name="Show in the conversation").click()
    await expect(box).to_have_count(0)
    await expect(hers.message("here")).to_have_class(re.compile("flash"))
    await page.get_by_role("link", name="one.jpg").click()
    await expect(box.get_by_role("link", name="Download")).to_have_attribute("download", "one.jpg")
    await page.keyboard.press("Escape")
    await expect(box).to_have_count(0)


async def test_the_lightbox_closes_when_its_message_is_deleted(two):
    await serve_files(two.ada.context)
    await serve_files(two.bob.context)
    await two.site.database(post_files, two.general, two.bob.id, image(name="one.jpg"), text="here")
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    await hers.page.get_by_role("link", name="one.jpg").click()
    box = hers.page.get_by_role("dialog", name="Pictures")
    await expect(box).to_be_visible()
    await his.deletes("here")
    await expect(box).to_have_count(0)


SWIPE = """([from, to]) => {
  const stage = document.querySelector(".lightbox-stage")
  const fire = (type, clientX) => stage.dispatchEvent(new PointerEvent(type,
    { pointerId: 1, pointerType: "touch", clientX, clientY: 300, bubbles: true, cancelable: true }))
  stage.setPointerCapture = () => {}
  fire("pointerdown", from); fire("pointermove", to); fire("pointerup", to)
}"""


@pytest.mark.parametrize("options", [{"color_scheme": "dark"}, PHONE], ids=["dark", "phone"])
async def test_files_are_accessible_and_fit(people, two, options):
    eve = await people("eve", **options)
    await eve.person.submits(f"/rooms/{two.general}/join/")
    await serve_files(eve.context)
    everything = [image(1600, 900), image(), image(), voice(), file("song.wav", "audio", "audio/wav")]
    everything += [file("film.webm", "video", "video/webm"), file("a.py", "text", "text/plain", lines_html=LINES)]
    await two.site.database(post_files, two.general, two.bob.id, *everything, file(LONG), file("W" * 200))
    await two.site.database(post_files, two.general, two.bob.id, image(name="last.gif", animated=True), text="last")
    window = await open_room(eve, two.general)
    await until(window.page, LOADED)
    await window.waits_for_animations()
    await is_accessible(window.page)
    await fits(window.page)
    assert await window.page.evaluate(NAMES_OUTSIDE) == []
    if options is not PHONE:
        return
    await suits_a_finger(window.page)
    await window.page.get_by_role("link", name="last.gif").tap()
    box = window.page.get_by_role("dialog", name="Pictures")
    await expect(box.locator(".lightbox-counter")).to_have_text("4 of 4")
    await suits_a_finger(window.page)
    await fits(window.page)
    await window.page.evaluate(SWIPE, [100, 250])
    await expect(box.locator(".lightbox-counter")).to_have_text("3 of 4")
    await window.page.evaluate(SWIPE, [250, 100])
    await expect(box.locator(".lightbox-counter")).to_have_text("4 of 4")
