"""Back after signing out, in a Chromium that keeps pages as they were. Playwright starts it so that it keeps none."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, async_playwright, expect

from tests.services.chromium import FLAGS, find_chromium

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOGIN = re.compile("/accounts/login/")
# Records whether a page from the back/forward cache was ever shown, under a key that the page's scripts do not use.
REMEMBER = """
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return
    const note = () => {
      const isShown = document.body.checkVisibility()
      localStorage.setItem("test.back", `${localStorage.getItem("test.back") ?? ""} ${isShown ? "shown" : "hidden"}`)
    }
    note()
    requestAnimationFrame(note)
  })
"""


@pytest_asyncio.fixture(loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(),
            args=[*FLAGS, "--disable-features=LocalNetworkAccessChecks"],
            ignore_default_args=["--disable-back-forward-cache"],
        )
        yield browser
        await browser.close()


async def let_store(route: Route) -> None:
    """Serve a page without its Cache-Control, because some browsers cache pages despite no-store."""
    response = await route.fetch(max_redirects=0)
    headers = {name: value for name, value in response.headers.items() if name != "cache-control"}
    await route.fulfill(response=response, headers=headers)


async def signs_out(page: Page) -> None:
    await page.get_by_role("button", name="account menu").click()
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await expect(page).to_have_url(LOGIN)


@pytest.mark.parametrize("may_store", [False, True], ids=["no-store", "stored all the same"])
async def test_back_after_signing_out_shows_nothing_private(people, may_store):
    ada = await people("ada")
    ada.forgives("401", "Back-Forward Cache")
    page = ada.page
    await ada.context.add_init_script(REMEMBER)
    if may_store:
        await page.route(re.compile(r"/accounts/(profile|email)/$"), let_store)
    for path in ("/accounts/profile/", "/accounts/email/", "/notifications/preferences/"):
        await ada.opens(path)
    await signs_out(page)
    for _ in range(2):
        await page.go_back(wait_until="commit")
        await expect(page).to_have_url(LOGIN)
        await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "shown" not in (await page.evaluate("localStorage.getItem('test.back')") or "")


async def test_back_while_signed_in_shows_the_page_as_it_was(people):
    ada = await people("ada")
    ada.forgives("Back-Forward Cache")
    await ada.page.route(re.compile("/accounts/profile/$"), let_store)
    await ada.opens("/accounts/profile/")
    await ada.page.evaluate("globalThis.isTheSamePage = true")
    await ada.opens("/accounts/email/")
    await ada.page.go_back(wait_until="commit")
    await expect(ada.page.get_by_role("button", name="Sign out everywhere")).to_be_visible()
    assert await ada.page.evaluate("globalThis.isTheSamePage")
