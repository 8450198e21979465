"""The requests and bytes of a page on a slow connection: counted here, and timed by bench/page_times.py."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.past import post_many
from tests.browser.waiting import until
from tests.browser.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_REQUESTS = 15
# The bytes that fit into 3.5 s at 50 kB/s, less the latency of three requests one after the other.
MOST_BYTES = 110_000


async def watch_requests(page: Page) -> dict[str, int]:
    """Return a dict that collects the URLs that the page requests, with the bytes of each response."""
    sizes: dict[str, int] = {}
    names: dict[str, str] = {}
    session = await page.context.new_cdp_session(page)
    session.on("Network.requestWillBeSent", lambda event: names.update({event["requestId"]: event["request"]["url"]}))
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.update({names[event["requestId"]]: event["encodedDataLength"]}),
    )
    await session.send("Network.enable")
    return sizes


@pytest.mark.parametrize("path", ["/notifications/preferences/", "/notifications/", "/streams/", "/accounts/profile/"])
async def test_other_pages_take_few_requests(people, path):
    ada = await people("ada")
    sizes = await watch_requests(ada.page)
    await ada.opens(path)
    await expect(ada.page.locator("live-bell button")).to_be_visible()
    await ada.page.wait_for_load_state("networkidle")
    assert 4 < len(sizes) <= MOST_REQUESTS, sizes


async def test_a_room_takes_few_requests_and_bytes(two):
    await two.site.database(post_many, two.general, two.ada.id, 100)
    sizes = await watch_requests(two.ada.page)
    await two.ada.page.goto(f"/rooms/{two.general}/")
    await Window(two.ada.page).sees("number 0099")
    await two.ada.page.wait_for_load_state("networkidle")
    assert len(sizes) <= MOST_REQUESTS, sizes
    assert sum(size for name, size in sizes.items() if not name.endswith(".woff2")) <= MOST_BYTES, sizes


async def test_unread_messages_come_with_the_page(two):
    await two.site.database(post_many, two.general, two.bob.id, 100)
    asked = []
    two.ada.page.on("request", lambda request: asked.append(request.url))
    await two.ada.page.goto(f"/rooms/{two.general}/")
    await Window(two.ada.page).sees("number 0000")
    await expect(Window(two.ada.page).new_line).to_be_in_viewport()
    assert [url for url in asked if "around=" in url] == []


async def test_fonts_load_after_the_first_room_and_at_once_later(two):
    page = two.ada.page
    await page.goto(f"/rooms/{two.general}/")
    sheet = page.locator("link[data-fonts]")
    await expect(sheet).to_have_attribute("media", "all")
    await until(page, "() => document.cookie.includes('fonts=1')")
    await page.reload()
    await expect(page.locator("#composer")).to_be_visible()
    await expect(sheet).to_have_count(0)
    assert await page.evaluate("document.fonts.check('15px Inter')")
