"""The pages of streams: live values and news in every window, and the chart as a table."""

import pytest
from django.contrib.auth import get_user_model
from playwright.async_api import Locator, Page, expect

from notifications.models import Stream
from notifications.streams.definitions import create_stream
from notifications.streams.news import publish_to_stream
from notifications.streams.subscriptions import subscribe
from notifications.streams.values import publish_value
from tests.browser.bells import Bell
from tests.browser.eyes import fits, is_accessible, suits_a_finger
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Temperature_in_the_server_room_of_the_second_building_by_the_sea_in_the_south"
# The server finds the writes of another process when it polls the heads, every two seconds.
HEARD_MILLISECONDS = 12_000


def make_some() -> None:
    create_stream("deploys", "Deploys", description="What goes live, and when.", rule="everybody")
    create_stream("eur-usd", "EUR/USD", rule="everybody", keeps_value=True)
    create_stream("incidents", "Incidents", description="What is broken.")
    create_stream("secret", "Secret", is_open=False)


def join(slug: str, user_id: int) -> None:
    subscribe(get_user_model().objects.get(pk=user_id), Stream.objects.get(slug=slug))


def card(page: Page, name: str) -> Locator:
    return page.locator(".streams > li", has=page.get_by_role("heading", name=name, exact=True))


async def test_a_value_is_live_in_two_windows(people, site):
    await site.database(make_some)
    await site.database(publish_value, "eur-usd", 1.5, "EUR/USD")
    pages = [await (await people(name)).opens("/streams/") for name in ("ada", "bob")]
    for page in pages:
        rate = card(page, "EUR/USD")
        await expect(rate.locator(".stream-number")).to_have_text("1.5")
        await expect(rate.get_by_role("img", name="Last 10 minutes: 1.5 to 1.5")).to_be_visible()
        await expect(rate.locator("canvas")).to_be_visible()
        await expect(page.locator("[data-line]")).to_be_empty()
    for number in range(12):
        await site.database(publish_value, "eur-usd", 1.5 + number / 10_000, "EUR/USD")
    for page in pages:
        rate = card(page, "EUR/USD")
        await expect(rate.locator(".stream-number")).to_have_text("1.5011", timeout=HEARD_MILLISECONDS)
        await expect(rate.locator(".stream-facts")).to_contain_text("+0.0011 (+0.07 %) in")
        await expect(rate.get_by_role("img", name="1.5 to 1.5011")).to_be_visible()


async def test_the_values_page_has_the_chart_as_a_table(people, site):
    await site.database(make_some)
    await site.database(publish_value, "eur-usd", 1234.5, "EUR/USD")
    ada = await people("ada")
    page = await ada.opens("/streams/eur-usd/")
    await expect(page.locator(".stream-number")).to_have_text("1,234.5")
    await page.get_by_text("Show as table").click()
    table = page.get_by_role("table")
    await expect(table.get_by_role("columnheader")).to_have_text(["Minute", "Last value"])
    await expect(table.get_by_role("cell").last).to_have_text("1,234.5")
    # After a reload, the last minutes come from the server.
    await page.reload()
    await expect(page.get_by_role("img", name="1,234.5 to 1,234.5")).to_be_visible()


async def test_news_appear_live(people, site):
    await site.database(make_some)
    page = await (await people("ada")).opens("/streams/")
    deploys = card(page, "Deploys")
    await expect(deploys).to_contain_text("No news since you subscribed.")
    await site.database(publish_to_stream, "deploys", "v2 is live", "All green.", "/rooms/")
    await expect(deploys.get_by_role("link", name="v2 is live")).to_be_visible(timeout=HEARD_MILLISECONDS)
    await deploys.get_by_role("link", name="Deploys").click()
    await expect(page.get_by_role("heading", level=1, name="Deploys")).to_be_visible()
    await expect(page.get_by_text("All green.")).to_be_visible()
    await site.database(publish_to_stream, "deploys", "v3 is live")
    await expect(page.locator(".stream-said")).to_contain_text(["v3 is live", "v2 is live"], timeout=HEARD_MILLISECONDS)


async def test_a_user_subscribes_and_unsubscribes(people, site):
    await site.database(make_some)
    page = await (await people("ada")).opens("/streams/")
    mine = page.get_by_role("list", name="Your streams")
    await expect(mine.get_by_role("heading")).to_have_text(["Deploys", "EUR/USD"])
    await expect(page.get_by_role("heading", name="Secret")).to_have_count(0)
    await page.get_by_role("button", name="Subscribe to Incidents").click()
    await expect(page.get_by_text("Subscribed to Incidents.")).to_be_visible()
    await expect(mine.get_by_role("heading")).to_have_text(["Deploys", "EUR/USD", "Incidents"])
    await page.get_by_role("button", name="Unsubscribe from Deploys").click()
    await expect(mine.get_by_role("heading")).to_have_text(["EUR/USD", "Incidents"])
    await card(page, "Deploys").get_by_role("link", name="Deploys").click()
    await page.get_by_role("button", name="Subscribe to Deploys").click()
    await expect(page).to_have_url(f"{site.url}/streams/deploys/")
    await expect(page.get_by_role("button", name="Unsubscribe from Deploys")).to_be_visible()


async def test_another_window_updates(people, site):
    await site.database(make_some)
    ada = await people("ada")
    one = await ada.opens("/streams/")
    await Bell(one).is_live()
    other = await ada.opens_tab("/streams/incidents/")
    await other.get_by_role("button", name="Subscribe to Incidents").click()
    await expect(other.get_by_text("Subscribed to Incidents.")).to_be_visible()
    mine = one.get_by_role("list", name="Your streams")
    await expect(mine.get_by_role("heading")).to_have_text(["Deploys", "EUR/USD", "Incidents"])
    await Bell(other).is_live()
    await one.get_by_role("button", name="Unsubscribe from Incidents").click()
    await expect(other.get_by_role("button", name="Subscribe to Incidents")).to_be_visible()


async def test_a_restricted_stream_is_not_found(people, site):
    await site.database(make_some)
    ada = await people("ada")
    ada.forgives("404")
    for path in ("/streams/secret/", "/streams/nope/", "/streams/secret/points.json"):
        response = await ada.page.goto(path)
        assert response.status == 404, path


async def test_older_news_are_paged(people, site):
    await site.database(make_some)
    ada = await people("ada")
    for number in range(23):
        await site.database(publish_to_stream, "deploys", f"number {number}")
    page = await ada.opens("/streams/deploys/")
    await expect(page.locator(".stream-news > li")).to_have_count(20)
    await page.get_by_role("link", name="Older").click()
    await expect(page.locator(".stream-said")).to_have_text(["number 2", "number 1", "number 0"])
    await page.get_by_role("link", name="Newest").click()
    await expect(page.locator(".stream-said").first).to_have_text("number 22")


async def test_the_menu_links_to_streams_once_one_is_visible(people, site):
    ada = await people("ada")
    page = await ada.opens("/rooms/")
    await page.get_by_role("button", name="account menu").click()
    await expect(page.get_by_role("link", name="Your profile")).to_be_visible()
    await expect(page.get_by_role("link", name="Streams")).to_have_count(0)
    await site.database(make_some)
    await page.reload()
    await page.get_by_role("button", name="account menu").click()
    await page.get_by_role("link", name="Streams").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Streams")


async def test_the_pages_work_without_scripts(people, site):
    await site.database(make_some)
    await site.database(publish_value, "eur-usd", 1.0843, "EUR/USD")
    ada = await people("ada", java_script_enabled=False)
    await site.database(publish_to_stream, "deploys", "v2 is live")
    page = await ada.opens("/streams/")
    await expect(card(page, "EUR/USD").locator(".stream-number")).to_have_text("1.0843")
    await expect(card(page, "Deploys")).to_contain_text("v2 is live")
    await page.get_by_role("button", name="Subscribe to Incidents").click()
    await expect(card(page, "Incidents")).to_contain_text("No news since you subscribed.")
    await page.goto("/streams/eur-usd/")
    await expect(page.get_by_role("cell").last).to_have_text("1.0843")


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, PHONE], ids=["light", "dark", "phone"])
async def test_every_state_is_accessible_and_fits(people, site, options):
    ada = await people("ada", **options)
    page = await ada.opens("/streams/")
    await expect(page.get_by_text("No streams yet.")).to_be_visible()

    async def is_right():
        await is_accessible(page)
        await fits(page)
        if options is PHONE:
            await suits_a_finger(page)

    await is_right()
    await site.database(make_some)
    await site.database(create_stream, "long", LONG, description=LONG * 3, keeps_value=True, rule="everybody")
    await site.database(publish_value, "long", -123456789.1234, "°C")
    await site.database(publish_value, "eur-usd", 1e300)
    await site.database(publish_to_stream, "deploys", LONG, LONG * 5, "/rooms/")
    await page.reload()
    await expect(card(page, LONG).locator("canvas")).to_be_visible()
    await is_right()
    for path in ("/streams/long/", "/streams/deploys/", "/streams/incidents/"):
        await ada.opens(path)
        await expect(page.locator("h1")).to_be_visible()
        if path == "/streams/long/":
            await page.get_by_text("Show as table").click()
        await is_right()
