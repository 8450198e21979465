"""Connections to browsers, opened once in each worker of pytest and shared by its tests."""

from playwright.async_api import Browser, Playwright

from tests.services.chromium import Chromiums


class Browsers:
    """A connection to each kind of browser, opened when a test first needs it."""

    def __init__(self, chromium: Chromiums, playwright: Playwright) -> None:
        self._chromium = chromium
        self._playwright = playwright
        self._connected: dict[bool, Browser] = {}

    async def get(self, *, whole: bool) -> Browser:
        """Return a working connection; a new one where the last test has lost it."""
        browser = self._connected.get(whole)
        if browser is None or not browser.is_connected():
            url = self._chromium.get(whole=whole).ws_url
            browser = self._connected[whole] = await self._playwright.chromium.connect(url)
        return browser
