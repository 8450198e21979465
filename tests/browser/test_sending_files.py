"""Files are added to a message in the composer, uploaded and sent, from one browser to another."""

import asyncio
from mimetypes import guess_type
from types import SimpleNamespace

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.eyes import fits, is_accessible, shows_focus, suits_a_finger
from tests.browser.past import join, make_rooms
from tests.browser.shown_files import PICTURE
from tests.browser.waiting import until
from tests.browser.window import Window, open_room
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# A drag of files over an element, or a paste there.
THROW = """(target, { kinds, files }) => {
  const dataTransfer = new DataTransfer()
  for (const { name, type, size } of files) dataTransfer.items.add(new File(["a".repeat(size)], name, { type }))
  for (const kind of kinds) target.dispatchEvent(kind === "paste"
    ? new ClipboardEvent(kind, { clipboardData: dataTransfer, bubbles: true, cancelable: true })
    : new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }))
}"""


class Tray(Window):
    """A window with files in its composer."""

    @property
    def files(self):
        return self.page.locator(".tray-open")

    @property
    def names(self):
        return self.page.locator(".tray-name")

    async def adds(self, *files: tuple[str, str, bytes]) -> None:
        async with self.page.expect_file_chooser() as choosing:
            await self.opens_chooser()
        given = [{"name": name, "mimeType": kind, "buffer": content} for name, kind, content in files]
        await (await choosing.value).set_files(given)

    async def opens_chooser(self) -> None:
        await self.button("Add files").click()
        await self.page.get_by_role("menuitem", name="Choose files").click()

    async def throws(self, selector: str, *kinds: str, name: str = "a.txt", size: int = 9) -> None:
        """Drag a file over an element, drop or paste it."""
        files = [{"name": name, "type": guess_type(name)[0] or "", "size": size}]
        await self.page.locator(selector).evaluate(THROW, {"kinds": kinds, "files": files})

    async def has(self, *names: str) -> None:
        await expect(self.names).to_have_text(list(names))


async def open_tray(visitor, room: int) -> Tray:
    return Tray((await open_room(visitor, room)).page)


async def hold_uploads(page: Page) -> SimpleNamespace:
    """Let the bytes of uploads wait until `go` is set."""
    hold = SimpleNamespace(go=asyncio.Event())

    async def answer(route: Route) -> None:
        if route.request.method == "PATCH":
            await hold.go.wait()
        await route.continue_()

    await page.route("**/files/uploads/**", answer)
    return hold


async def test_a_picture_and_a_document_go_from_browser_to_browser(two):
    hers, his = await open_tray(two.ada, two.general), await open_room(two.bob, two.general)
    await hers.adds(("plan.pdf", "application/pdf", b"%PDF-1.4 plan"), ("harbour.png", "image/png", PICTURE))
    await hers.has("plan.pdf", "harbour.png")
    page = hers.page
    await expect(page.locator(".tray-file img")).to_have_count(1)
    # By keyboard alone: to the tray, to its second file, describe it, move it.
    await hers.composer.focus()
    await page.keyboard.press("Shift+Tab")
    await expect(hers.files.first).to_be_focused()
    await page.keyboard.press("ArrowRight")
    await shows_focus(hers.files.nth(1))
    await page.keyboard.press("Enter")
    await page.get_by_role("menuitem", name="Describe").press("Enter")
    await expect(page.get_by_label("Description")).to_be_focused()
    await page.keyboard.type("The harbour at dawn")
    await page.keyboard.press("Enter")
    await expect(hers.files.nth(1)).to_be_focused()
    await page.keyboard.press("Shift+ArrowLeft")
    await hers.has("harbour.png", "plan.pdf")
    await expect(hers.files.first).to_be_focused()
    await expect(page.locator("file-tray [role=status]")).to_have_text("harbour.png is file 1 of 2.")
    await page.keyboard.press("Tab")
    await expect(hers.composer).to_be_focused()
    await hers.sends("for the *launch*")
    await expect(hers.files).to_have_count(0)
    message = await his.sees("for the launch")
    picture = message.get_by_role("img", name="The harbour at dawn")
    await expect(picture).to_be_visible()
    await until(his.page, "() => document.querySelector('.file-image img').naturalWidth === 160")
    async with his.page.expect_download() as downloading:
        await message.locator("a.file-card").click()
    assert (await downloading.value).suggested_filename == "plan.pdf"
    url = await message.locator("a.file-card").get_attribute("href")
    assert await (await two.bob.context.request.get(url)).body() == b"%PDF-1.4 plan"


async def test_dropped_and_pasted_files_wait_in_the_tray_of_their_room(two):
    hers = await open_tray(two.ada, two.general)
    overlay = hers.page.get_by_text("Drop files to add them")
    await hers.throws("room-timeline", "dragover")
    await expect(overlay).to_be_visible()
    await hers.throws("room-timeline", "dragleave")
    await expect(overlay).to_be_hidden()
    await hers.throws("room-timeline", "dragover", "drop", name="dropped.txt")
    await hers.throws("#composer", "paste", name="pasted.png")
    await hers.has("dropped.txt", "pasted.png")
    await hers.goes_to("random")
    await expect(hers.files).to_have_count(0)
    await hers.throws("#composer", "paste", name="other.txt")
    await hers.has("other.txt")
    await hers.files.first.press("Delete")
    await expect(hers.files).to_have_count(0)
    await expect(hers.composer).to_be_focused()
    await hers.goes_to("general")
    await hers.has("dropped.txt", "pasted.png")
    await hers.page.reload()
    await hers.has("dropped.txt", "pasted.png")
    # With the mouse.
    await hers.files.nth(1).drag_to(hers.files.nth(0))
    await hers.has("pasted.png", "dropped.txt")
    await hers.page.locator(".tray-file").first.get_by_role("button", name="Remove").click()
    await hers.has("dropped.txt")


async def test_limits_are_checked_before_a_byte_is_sent(people, sites):
    limits = {"FILE_MEGABYTES": 2, "FILES_USER_MEGABYTES": 3, "FILE_TYPES": "image/*,.txt"}
    site = sites(kind="uvicorn", environment=limits)
    ada, bob = await people("ada", site=site), await people("bob", site=site)
    general, _ = await site.database(make_rooms, ada.id, bob.id)
    hers = await open_tray(ada, general)
    asked = []
    hers.page.on("request", lambda request: "/files/" in request.url and asked.append(request.url))
    alert = hers.page.locator("file-tray [role=alert]")
    await hers.throws("#composer", "paste", name="big.txt", size=2_000_001)
    await expect(alert).to_contain_text("“big.txt” is too large. A file may have up to 2 MB.")
    await hers.throws("#composer", "paste", name="run.exe")
    await expect(alert).to_contain_text("“run.exe” can't be sent here. These files can: image/*, .txt.")
    assert asked == []
    await is_accessible(hers.page)
    await alert.get_by_role("button", name="Dismiss").click()
    await expect(alert).to_have_count(0)
    await hers.throws("#composer", "paste", name="one.txt", size=1_900_000)
    await expect(hers.page.locator(".tray-file.ready")).to_have_count(1)
    asked.clear()
    await hers.throws("#composer", "paste", name="two.txt", size=1_900_000)
    await expect(alert).to_contain_text("You have 1 MB left of 3 MB for your files.")
    await hers.has("one.txt")
    assert asked == []


@pytest.mark.parametrize("how", [{}, {"color_scheme": "dark"}, PHONE], ids=["light", "dark", "phone"])
async def test_uploads_are_paused_continued_refused_and_discarded(people, two, how):
    eve = await people("eve", **how)
    await two.site.database(join, eve.id, two.general)
    hers = await open_tray(eve, two.general)
    page = hers.page
    hold = await hold_uploads(page)
    await hers.adds(
        ("photo.png", "image/png", PICTURE),
        ("notes.txt", "text/plain", b"a" * 3_000),
        ("a name that is too long for its place, in all truth.zip", "application/zip", b"PK"),
    )
    await expect(page.locator(".tray-file:is(.uploading, .waiting)")).to_have_count(3)
    await hers.files.nth(1).click()
    await page.get_by_role("menuitem", name="Pause").click()
    await expect(page.locator(".tray-state").nth(1)).to_have_text("Paused at 0%")
    await looks_right(hers, eve, f"tray {page.viewport_size['width']} {how.get('color_scheme', 'light')}", how)
    await hers.composer.fill("with three files")
    await hers.button("Send").click()
    await expect(hers.files).to_have_count(0)
    waiting = hers.message("with three files")
    await expect(waiting.get_by_role("progressbar")).to_be_visible()
    await waiting.get_by_role("button", name="Resume").click()
    await waiting.get_by_role("button", name="Pause").click()
    await expect(waiting.get_by_role("button", name="Resume")).to_be_visible()
    await looks_right(hers, eve, f"uploads {page.viewport_size['width']} {how.get('color_scheme', 'light')}", how)
    # A text overtakes the files, and the message with them can be edited again.
    await hers.composer.fill("meanwhile")
    await hers.button("Send").click()
    await expect(hers.message("meanwhile").and_(page.locator(":not(.pending)"))).to_have_count(1)
    await waiting.get_by_role("button", name="Edit").click()
    await expect(hers.files).to_have_count(3)
    await expect(hers.composer).to_have_value("with three files")
    hold.go.set()
    for index in range(3):
        if await page.locator(".tray-file").nth(index).and_(page.locator(".paused")).count():
            await hers.files.nth(index).click()
            await page.get_by_role("menuitem", name="Resume").click()
    await expect(page.locator(".tray-file.ready")).to_have_count(3)
    await hers.button("Send").click()
    await expect(hers.pending).to_have_count(0)
    await expect(hers.message("with three files").locator("[data-file]")).to_have_count(3)


async def looks_right(hers: Tray, visitor, name: str, how: dict) -> None:
    await hers.waits_for_animations()
    await visitor.takes_picture(name)
    await is_accessible(hers.page)
    await fits(hers.page)
    if how is PHONE:
        await suits_a_finger(hers.page)
