"""Helpers for files that a page uploads: their bytes, and requests that stop in the middle."""

import asyncio
import re
from contextlib import suppress

from playwright.async_api import BrowserContext, Error, Locator, Page, Request, Route, expect

PIECE_BYTES = 4 * 1024**2  # static/js/models/upload-run.js
PATIENCE_SECONDS = 20
PASTE = """([name, size]) => {
  const data = new DataTransfer()
  data.items.add(new File([new Uint8Array(size).map((_, index) => index % 251)], name))
  const event = { clipboardData: data, bubbles: true, cancelable: true }
  document.querySelector("#composer").dispatchEvent(new ClipboardEvent("paste", event))
}"""
IS_WHOLE = """async ([url, size]) => {
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer())
  return bytes.length === size && bytes.every((byte, index) => byte === index % 251)
}"""
# Waits until the browser has no files left.
NOTHING_KEPT = """async () => {
  const answer = request => new Promise(resolve => { request.onsuccess = () => resolve(request.result) })
  const { name } = (await indexedDB.databases()).find(({ name }) => name.startsWith("hubbub-uploads-"))
  const database = await answer(indexedDB.open(name))
  while (await answer(database.transaction("unsent").objectStore("unsent").count()));
  database.close()
}"""
# Waits until there is no database of a user.
NOTHING_STORED = """async user => {
  const isTheirs = ({ name }) => name.startsWith("hubbub-") && name.endsWith(`-${user}`)
  while ((await indexedDB.databases()).some(isTheirs));
}"""


async def add_file(page: Page, name: str, size: int) -> Locator:
    """Paste a file into the composer, and return its tile."""
    await page.evaluate(PASTE, [name, size])
    tile = page.locator(".tray-file", has_text=name)
    await expect(tile).to_be_visible()
    return tile


async def expect_whole_file(page: Page, message: Locator, size: int) -> None:
    """Expect that the file of a message has arrived as `add_file` made it."""
    url = await message.locator("a.file-card").get_attribute("href")
    assert await page.evaluate(IS_WHOLE, [url, size])


async def expect_nothing_kept(page: Page) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        await page.evaluate(NOTHING_KEPT)


async def expect_nothing_stored(page: Page, user_id: int) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        await page.evaluate(NOTHING_STORED, user_id)


class UploadRequests:
    """The requests that send bytes: their offsets, and a gate for all that do not begin at 0."""

    def __init__(self) -> None:
        self.offsets: list[int] = []
        self._is_reached = asyncio.Event()
        self._is_open = asyncio.Event()

    async def reach_the_gate(self) -> None:
        """Wait until a part of a file has arrived, and the rest is held."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._is_reached.wait()

    def open_the_gate(self) -> None:
        self._is_open.set()

    def note(self, request: Request) -> None:
        if request.method == "PATCH":
            self.offsets.append(int(request.headers["upload-offset"]))

    async def carry(self, route: Route) -> None:
        if route.request.method == "PATCH" and route.request.headers["upload-offset"] != "0":
            self._is_reached.set()
            await self._is_open.wait()
        with suppress(Error):  # its page has gone
            await route.continue_()


def note_uploads(page: Page) -> UploadRequests:
    requests = UploadRequests()
    page.on("request", requests.note)
    return requests


async def hold_uploads(context: BrowserContext) -> UploadRequests:
    """Hold the second piece of each upload in this browser."""
    requests = UploadRequests()
    context.on("request", requests.note)
    await context.route(re.compile("/files/uploads/."), requests.carry)
    return requests
