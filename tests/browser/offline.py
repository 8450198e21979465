"""Helpers for the use of the chat without a connection."""

import asyncio

from playwright.async_api import Page, expect

from tests.browser.window import Window, open_room
from tests.visitors import Visitor

PATIENCE_SECONDS = 8
# Waits until the worker has stored the offline page, and the database its initial data and this room.
KEPT = """
async room => {
  const answer = request => new Promise(resolve => { request.onsuccess = () => resolve(request.result) })
  const look = async () => {
    const found = (await indexedDB.databases()).find(({ name }) => name.startsWith("hubbub-rooms-"))
    if (!found || !(await caches.match("/offline/", { ignoreVary: true }))) return false
    const database = await answer(indexedDB.open(found.name))
    const get = (store, key) => answer(database.transaction(store).objectStore(store).get(key))
    const kept = [await get("page", "page"), room === null || (await get("rooms", room))]
    database.close()
    return kept.every(Boolean)
  }
  while (!(await look())) await new Promise(go => setTimeout(go, 25))
}
"""


async def has_kept(page: Page, room: int | None = None) -> None:
    """Wait until this room can be opened without a connection."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        await page.evaluate(KEPT, room)


async def visit_then_lose_the_connection(visitor: Visitor, room: int) -> Window:
    """Open a room and go offline, and wait until the browser has stored the room."""
    window = await open_room(visitor, room)
    visitor.forgives_a_broken_line()
    await has_kept(window.page)
    await visitor.context.set_offline(True)
    await expect(window.line).to_contain_text("You're offline")
    await has_kept(window.page, room)
    return window
