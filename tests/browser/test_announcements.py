"""Announcements above every page: they appear live, and go when they are dismissed or over."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.async_api import Locator, Page, expect

from notifications.models import Announcement
from notifications.streams.announcements import change_announcement, end_announcement, make_announcement
from tests.browser.bells import Bell, notify_user
from tests.browser.eyes import fits, is_accessible, suits_a_finger
from tests.browser.window import open_room
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HEARD_MILLISECONDS = 12_000
LONG = "All of it, " * 27


def announce(text: str, *, seconds: float = 3600, url: str = "") -> int:
    return make_announcement(text, timezone.now() + timedelta(seconds=seconds), url).pk


def rows(page: Page) -> Locator:
    return page.locator(".announcements > .announcement")


async def hears(page: Page, *texts: str) -> None:
    await expect(rows(page)).to_contain_text(list(texts), timeout=HEARD_MILLISECONDS)
    await expect(rows(page)).to_have_count(len(texts))


async def test_an_announcement_appears_and_is_retracted_live(two):
    chat = (await open_room(two.ada, two.general)).page
    plain = await two.bob.opens("/rooms/")
    id = await two.site.database(announce, "Maintenance at six.", url="/rooms/")
    for page in (chat, plain):
        await hears(page, "Maintenance at six.")
        await expect(rows(page).get_by_role("link", name="Read more")).to_have_attribute("href", "/rooms/")
        await expect(page.locator("announcement-banner").get_by_role("status")).to_have_text("Maintenance at six.")
    await two.site.database(lambda: change_announcement(Announcement.objects.get(pk=id), text="Maintenance at seven."))
    for page in (chat, plain):
        await hears(page, "Maintenance at seven.")
    await two.site.database(lambda: end_announcement(Announcement.objects.get(pk=id)))
    for page in (chat, plain):
        await expect(rows(page)).to_have_count(0, timeout=HEARD_MILLISECONDS)


async def test_the_chat_fits_below_an_announcement(two):
    hers = await open_room(two.ada, two.general)
    await two.site.database(announce, LONG)
    await expect(rows(hers.page)).to_have_count(1, timeout=HEARD_MILLISECONDS)
    await expect(hers.composer).to_be_in_viewport(ratio=1)
    await fits(hers.page)


async def test_the_bells_panel_fits_below_an_announcement(two):
    await two.site.database(announce, LONG)
    await two.site.database(notify_user, two.ada.id, *(f"number {number}" for number in range(30)))
    bell = Bell((await open_room(two.ada, two.general)).page)
    await bell.shows(30)
    await bell.opens()
    await expect(bell.panel.get_by_role("link", name="All notifications")).to_be_in_viewport(ratio=1)


async def test_a_dismissal_counts_in_all_tabs_of_its_user_only(two):
    one = await two.site.database(announce, "The first.")
    await two.site.database(announce, "The second.")
    page, other = await two.ada.opens("/rooms/"), await two.ada.opens_tab("/accounts/profile/")
    his = await two.bob.opens("/rooms/")
    await hears(other, "The second.", "The first.")
    async with page.expect_response(f"**/announcements/{one}/dismiss/"):
        await page.get_by_role("button", name="Dismiss: The first.").click()
    await hears(page, "The second.")
    await hears(other, "The second.")
    await hears(his, "The second.", "The first.")
    await expect(page.get_by_role("button", name="Dismiss: The second.")).to_be_focused()
    await page.reload()
    await hears(page, "The second.")
    await two.site.database(lambda: change_announcement(Announcement.objects.get(pk=one), text="The first, again."))
    await hears(his, "The second.", "The first, again.")
    await hears(page, "The second.")


async def test_two_announcements_show_and_others_unfold(two):
    for text in ("one", "two", "three", "four"):
        await two.site.database(announce, text)
    page = await two.ada.opens("/rooms/")
    await hears(page, "four", "three")
    await page.get_by_text("2 more").click()
    await expect(page.locator(".announcements details .announcement")).to_contain_text(["two", "one"])
    await page.get_by_role("button", name="Dismiss: four").click()
    await hears(page, "three", "two")
    await expect(page.get_by_text("1 more")).to_be_visible()


async def test_an_announcement_goes_at_its_end(two):
    page = await two.ada.opens("/rooms/")
    await two.site.database(announce, "Only for a moment.", seconds=6)
    await hears(page, "Only for a moment.")
    await expect(rows(page)).to_have_count(0, timeout=HEARD_MILLISECONDS)
    await page.reload()
    await expect(rows(page)).to_have_count(0)


async def test_announcements_work_without_scripts(people, site):
    await site.database(announce, "Maintenance at six.")
    ada = await people("ada", java_script_enabled=False)
    page = await ada.opens("/rooms/?q=x")
    await hears(page, "Maintenance at six.")
    await page.get_by_role("button", name="Dismiss: Maintenance at six.").click()
    await expect(page).to_have_url(f"{site.url}/rooms/?q=x")
    await expect(rows(page)).to_have_count(0)


async def test_announcements_need_a_session(people, site):
    await site.database(announce, "Not for strangers.")
    guest = await people("guest", signed_in=False)
    page = await guest.opens("/accounts/login/")
    await expect(page.get_by_text("Not for strangers.")).to_have_count(0)


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, PHONE], ids=["light", "dark", "phone"])
async def test_announcements_are_accessible_and_fit(people, two, options):
    for text in (LONG, "W" * 280, "A third."):
        await two.site.database(announce, text, url="/rooms/")
    ada = await people("ada", **options)
    for path in ("/rooms/", f"/rooms/{two.general}/"):
        page = await ada.opens(path)
        await expect(rows(page)).to_have_count(2)
        await page.get_by_text("1 more").click()
        await is_accessible(page)
        await fits(page)
    if options is PHONE:
        await suits_a_finger(page)
