"""What a slow connection has to carry until a room can be used: counted, not timed (bench/page_times.py measures)."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.past import post_many
from tests.browser.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_REQUESTS = 15
# In the 3.5 s that a room may take at 50 kB/s, without the latency of three requests one after the other.
MOST_BYTES = 110_000


async def watch_requests(page: Page) -> dict[str, int]:
    """Return what fills with the addresses that the page asks for, and how many bytes came from each."""
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
async def test_other_pages_are_few_requests_too(people, path):
    ada = await people("ada")
    sizes = await watch_requests(ada.page)
    await ada.opens(path)
    await expect(ada.page.locator("live-bell button")).to_be_visible()
    await ada.page.wait_for_load_state("networkidle")
    assert 4 < len(sizes) <= MOST_REQUESTS, sizes


async def test_a_room_is_few_requests_and_few_bytes(two):
    await two.site.database(post_many, two.general, two.ada.id, 100)
    sizes = await watch_requests(two.ada.page)
    await two.ada.page.goto(f"/rooms/{two.general}/")
    await Window(two.ada.page).sees("number 0099")
    await two.ada.page.wait_for_load_state("networkidle")
    assert len(sizes) <= MOST_REQUESTS, sizes
    assert sum(size for name, size in sizes.items() if not name.endswith(".woff2")) <= MOST_BYTES, sizes


async def test_what_was_not_read_comes_with_the_page(two):
    await two.site.database(post_many, two.general, two.bob.id, 100)
    asked = []
    two.ada.page.on("request", lambda request: asked.append(request.url))
    await two.ada.page.goto(f"/rooms/{two.general}/")
    await Window(two.ada.page).sees("number 0000")
    await expect(Window(two.ada.page).new_line).to_be_in_viewport()
    assert [url for url in asked if "around=" in url] == []


async def test_fonts_come_when_the_room_can_be_used_and_at_once_from_then_on(two):
    page = two.ada.page
    await page.goto(f"/rooms/{two.general}/")
    sheet = page.locator("link[data-fonts]")
    await expect(sheet).to_have_attribute("media", "all")
    await page.wait_for_function("document.cookie.includes('fonts=1')")
    await page.reload()
    await expect(page.locator("#composer")).to_be_visible()
    await expect(sheet).to_have_count(0)
    assert await page.evaluate("document.fonts.check('15px Inter')")
