"""The chat window of a user: helpers to act in it and to check it."""

import re

from playwright.async_api import Locator, Page, expect

from tests.visitors import Visitor

# The longest pause between two tries to connect is 30 s; the try itself takes time, too.
BACK_MILLISECONDS = 40_000


class Window:
    """A tab with the chat in it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def messages(self) -> Locator:
        return self.page.locator("article.message")

    @property
    def pending(self) -> Locator:
        return self.page.locator("article.message.pending")

    @property
    def composer(self) -> Locator:
        return self.page.locator("#composer")

    @property
    def line(self) -> Locator:
        return self.page.locator("connection-status")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def editor(self) -> Locator:
        return self.page.get_by_label("Edit message")

    @property
    def new_line(self) -> Locator:
        return self.page.get_by_role("separator", name="New messages")

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def message(self, text: str) -> Locator:
        return self.messages.filter(has_text=text)

    def room(self, name: str) -> Locator:
        """Return the room's entry in the sidebar."""
        return self.page.locator("a.room", has_text=name)

    def count(self, name: str) -> Locator:
        """Return the count beside a room in the sidebar."""
        return self.room(name).locator(".count")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    async def writes(self, text: str) -> None:
        """Type a text and press Enter, without waiting for the server."""
        await self.composer.fill(text)
        await self.page.keyboard.press("Enter")

    async def writes_at_once(self, texts: list[str]) -> None:
        """Send each text by script: a slow machine would type for seconds, and each second refills the rate limit."""
        await self.composer.evaluate(
            """(area, texts) => texts.forEach(text => {
              area.value = text
              area.dispatchEvent(new Event("input", { bubbles: true }))
              area.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }))
            })""",
            texts,
        )

    async def sends(self, text: str) -> None:
        """Type a text, press Enter, and wait until it is acknowledged."""
        await self.writes(text)
        await expect(self.message(text)).to_have_count(1)
        await expect(self.pending).to_have_count(0)

    async def sees(self, text: str) -> Locator:
        """Expect a message exactly once."""
        await expect(self.message(text)).to_have_count(1)
        return self.message(text)

    async def is_back(self) -> None:
        """Wait until the page is connected again, after the longest pause between tries."""
        await expect(self.line).to_be_empty(timeout=BACK_MILLISECONDS)

    async def goes_to(self, name: str) -> None:
        """Click a room in the sidebar."""
        await self.room(name).click()
        await self.is_in(name)

    async def is_in(self, name: str) -> None:
        await expect(self.page.locator("h1")).to_have_text(re.compile(name))
        await expect(self.composer).to_be_visible()

    async def chooses(self, text: str, action: str) -> None:
        """Choose an item of a message's menu."""
        await self.message(text).hover()
        await self.page.get_by_role("group", name="Message actions").get_by_label("More").click()
        await self.page.get_by_role("menuitem", name=action).click()

    async def deletes(self, text: str) -> None:
        await self.chooses(text, "Delete")
        await self.dialog.get_by_role("button", name="Delete").click()
        await expect(self.dialog).to_have_count(0)

    async def waits_for_frames(self, count: int = 2) -> None:
        """Wait until the browser has drawn the current state, so that it can be measured."""
        for _ in range(count):
            await self.page.evaluate("new Promise(requestAnimationFrame)")

    async def waits_for_animations(self) -> None:
        """Wait for the end of animations: a text that is half faded in has too little contrast."""
        await self.page.evaluate("Promise.allSettled(document.getAnimations().map(animation => animation.finished))")

    async def top_of(self, message: Locator) -> float:
        """Return the vertical screen position of a message."""
        return await message.evaluate("message => message.getBoundingClientRect().top")


async def open_room(visitor: Visitor, room: int) -> Window:
    window = Window(await visitor.opens(f"/rooms/{room}/"))
    await expect(window.page.locator("room-timeline article, room-timeline h2").first).to_be_visible()
    await expect(window.line).to_be_empty()
    return window


async def open_tab(visitor: Visitor, room: int) -> Window:
    window = Window(await visitor.opens_tab(f"/rooms/{room}/"))
    await expect(window.composer).to_be_visible()
    return window
