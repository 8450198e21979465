"""The notifications page, live: with mouse, keyboard, touch, and without scripts."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from notifications import services
from notifications.inbox.list_page import ROWS_A_PAGE
from tests.browser.bells import FOUND_MILLISECONDS, Bell, notify_user, wake
from tests.browser.eyes import fits, is_accessible, shows_focus, suits_a_finger
from tests.browser.past import join, live_in, post
from tests.browser.window import open_room
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATH = "/notifications/"
LONG = "a-name-without-an-end-" + "W" * 120


class Centre:
    """The notifications page in a window."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def rows(self) -> Locator:
        return self.page.locator(".item")

    @property
    def undo(self) -> Locator:
        return self.page.get_by_role("button", name="Undo")

    def row(self, text: str) -> Locator:
        return self.rows.filter(has_text=text)

    def title(self, text: str) -> Locator:
        return self.row(text).get_by_role("link", name=text, exact=True)

    def button(self, name: str, text: str) -> Locator:
        return self.row(text).get_by_label(re.compile(f"^{name}"))

    async def lists(self, *texts: str) -> None:
        """Expect exactly these titles, in this order."""
        await expect(self.rows).to_have_text([re.compile(text) for text in texts], timeout=FOUND_MILLISECONDS)

    async def does(self, name: str, text: str) -> None:
        await self.row(text).hover()
        await self.button(name, text).click()


async def open_centre(visitor, path: str = PATH) -> Centre:
    centre = Centre(await visitor.opens(path))
    await expect(centre.page.locator(".bell-button[popovertarget]")).to_be_visible()  # the scripts have begun
    return centre


async def test_new_and_changed_notifications_appear_live(people, site):
    ada = await people("ada")
    await site.database(notify_user, ada.id, "first")
    centre = await open_centre(ada)
    await centre.lists("first")
    [second, third] = await site.database(notify_user, ada.id, "second", "third")
    await centre.lists("third", "second", "first")
    await expect(centre.row("second")).to_have_class(re.compile("unread"))
    await site.database(services.mark_read, ada.id, [second])
    await expect(centre.row("second")).not_to_have_class(re.compile("unread"), timeout=FOUND_MILLISECONDS)
    await site.database(services.archive, ada.id, [third])
    await centre.lists("second", "first")


async def test_only_notifications_outside_the_list_show_a_toast(people, site):
    ada = await people("ada")
    centre = await open_centre(ada)
    bell = Bell(centre.page)
    await bell.is_live()
    await site.database(notify_user, ada.id, "first")
    await centre.lists("first")
    await expect(bell.toasts).to_have_count(0)
    await centre.page.get_by_role("link", name="Archived").click()
    await bell.is_live()
    await site.database(notify_user, ada.id, "second")
    await expect(bell.toasts).to_contain_text(["second"], timeout=FOUND_MILLISECONDS)


async def test_the_first_notification_replaces_the_empty_text(people, site):
    ada = await people("ada")
    centre = await open_centre(ada)
    await expect(centre.page.get_by_text("No notifications yet")).to_be_visible()
    [id] = await site.database(notify_user, ada.id, "first")
    await centre.lists("first")
    await expect(centre.page.get_by_text("No notifications yet")).to_have_count(0)
    await site.database(services.archive, ada.id, [id])
    await expect(centre.page.get_by_text("No notifications yet")).to_be_visible(timeout=FOUND_MILLISECONDS)


async def test_a_filter_excludes_other_notifications(people, site):
    ada = await people("ada")
    [first, _] = await site.database(notify_user, ada.id, "first", "second")
    await site.database(services.mark_read, ada.id, [first])
    centre = await open_centre(ada, f"{PATH}?show=unread")
    await centre.lists("second")
    await centre.does("Mark as read", "second")
    await expect(centre.page.get_by_text("You're all caught up")).to_be_visible()
    await site.database(notify_user, ada.id, "third")
    await centre.lists("third")


async def test_a_long_list_loads_on_scrolling(people, site):
    ada = await people("ada")
    count = ROWS_A_PAGE * 2 + 5
    await site.database(notify_user, ada.id, *(f"number {number:03}" for number in range(count)))
    centre = await open_centre(ada)
    assert await centre.rows.count() < count
    while await centre.rows.count() < count:
        await centre.rows.last.scroll_into_view_if_needed()
        await centre.page.mouse.wheel(0, 2_000)
        await centre.page.evaluate("new Promise(requestAnimationFrame)")
    await centre.lists(*(f"number {number:03}" for number in reversed(range(count))))
    await expect(centre.page.get_by_role("heading", name="Today")).to_have_count(1)
    await expect(centre.page.get_by_role("link", name="Show older")).to_have_count(0)


async def test_archive_snooze_and_undo(people, site):
    ada = await people("ada")
    await site.database(notify_user, ada.id, "first", "second", "third")
    centre = await open_centre(ada)
    await centre.does("Archive", "second")
    await centre.lists("third", "first")
    await centre.undo.click()
    await centre.lists("third", "second", "first")

    await centre.does("Snooze", "third")
    await centre.row("third").get_by_role("button", name="For an hour").click()
    await centre.lists("second", "first")
    await expect(centre.page.get_by_text("Snoozed for an hour.")).to_be_visible()
    await site.database(wake, ada.id)
    await centre.lists("third", "second", "first")


async def test_all_are_read_at_once(people, site):
    ada = await people("ada")
    await site.database(notify_user, ada.id, "first", "second")
    centre = await open_centre(ada)
    await centre.page.get_by_role("button", name="Mark all as read").click()
    await expect(centre.page.locator(".item.unread")).to_have_count(0)
    await expect(centre.page.get_by_role("button", name="Mark all as read")).to_have_count(0)
    await expect(centre.page.locator(".tab-count")).to_have_count(0)


async def test_keys_move_archive_and_snooze(people, site):
    ada = await people("ada")
    await site.database(notify_user, ada.id, "first", "second", "third", url="/rooms/")
    centre = await open_centre(ada)
    keys = centre.page.keyboard
    await keys.press("j")
    await expect(centre.title("third")).to_be_focused()
    await keys.press("j")
    await expect(centre.title("second")).to_be_focused()
    await keys.press("e")
    await centre.lists("third", "first")
    await expect(centre.title("first")).to_be_focused()
    await keys.press("k")
    await expect(centre.title("third")).to_be_focused()
    await keys.press("h")
    await expect(centre.row("third").get_by_role("button", name="For an hour")).to_be_focused()
    await keys.press("Enter")
    await centre.lists("first")


async def test_a_row_on_a_phone_is_low_with_all_actions_in_its_menu(people, site):
    ada, bob = await people("ada", **PHONE), await people("bob")
    await site.database(
        notify_user, ada.id, "a title as long as they are", actor=bob.id, url="/rooms/", body="said " * 30
    )
    centre = await open_centre(ada)
    box = await centre.rows.first.bounding_box()
    assert box["height"] <= 88
    await centre.rows.first.locator("summary").tap()
    await expect(centre.page.get_by_role("link", name="Why did I get this?")).to_be_visible()
    await centre.rows.first.get_by_role("button", name="Archive").tap()
    await expect(centre.rows).to_have_count(0)


async def test_with_the_keyboard_alone(people, site):
    ada = await people("ada")
    await site.database(notify_user, ada.id, "first", "second", "third", url="/rooms/")
    centre = await open_centre(ada)
    page = centre.page
    await centre.title("third").focus()
    await page.keyboard.press("Tab")
    await expect(centre.button("Mark as read", "third")).to_be_focused()
    await shows_focus(centre.button("Mark as read", "third"))
    await page.keyboard.press("Enter")
    await expect(centre.button("Mark as unread", "third")).to_be_focused()

    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(centre.row("third").get_by_role("button", name="For an hour")).to_be_visible()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Escape")
    await expect(centre.row("third").get_by_role("button", name="For an hour")).to_be_hidden()
    await expect(centre.button("Snooze", "third")).to_be_focused()

    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")  # archive
    await centre.lists("second", "first")
    await expect(centre.title("second")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("/rooms/"))


async def test_a_menu_stays_open_when_its_row_changes_elsewhere(people, site):
    ada = await people("ada")
    [id] = await site.database(notify_user, ada.id, "first")
    centre = await open_centre(ada)
    choice = centre.row("first").get_by_role("button", name="Until tomorrow")
    await centre.button("Snooze", "first").press("Enter")
    await choice.focus()
    await site.database(services.mark_read, ada.id, [id])
    await expect(centre.button("Mark as unread", "first")).to_be_attached(timeout=FOUND_MILLISECONDS)
    await expect(choice).to_be_focused()


async def test_filters_are_menus_that_the_keyboard_opens_and_closes(people, site):
    ada = await people("ada")
    centre = await open_centre(ada)
    opener = centre.page.locator("summary", has_text="All kinds")
    await opener.press("Enter")
    await expect(centre.page.get_by_role("navigation", name="Kind")).to_be_visible()
    await centre.page.keyboard.press("Escape")
    await expect(centre.page.get_by_role("navigation", name="Kind")).to_be_hidden()
    await expect(opener).to_be_focused()
    await opener.click()
    await centre.page.get_by_role("link", name="Mentions").click()
    await expect(centre.page).to_have_url(re.compile(r"\?kind=mention"))
    await expect(centre.page.get_by_text("No matching notifications")).to_be_visible()


async def test_a_change_without_a_connection_shows_an_error(people, site):
    ada = await people("ada")
    ada.forgives("ERR_INTERNET_DISCONNECTED", "ERR_FAILED")
    await site.database(notify_user, ada.id, "first")
    centre = await open_centre(ada)
    await ada.context.set_offline(True)
    await centre.does("Archive", "first")
    await expect(centre.page.get_by_text("Can't reach the server.")).to_be_visible()
    await centre.lists("first")


async def test_it_works_without_a_script(people, site):
    ada = await people("ada", java_script_enabled=False)
    await site.database(notify_user, ada.id, *(f"number {number:03}" for number in range(ROWS_A_PAGE + 2)))
    centre = Centre(await ada.opens(PATH))
    await centre.page.get_by_role("link", name="Show older").click()
    await centre.lists("number 001", "number 000")
    await centre.does("Archive", "number 001")
    await centre.lists("number 000")
    await centre.undo.click()
    await centre.lists("number 001", "number 000")
    await centre.does("Snooze", "number 000")
    await centre.row("number 000").get_by_role("button", name="Until tomorrow").click()
    await centre.page.get_by_role("link", name="Snoozed").click()
    await centre.lists("number 000")
    await expect(centre.row("number 000")).to_contain_text("Snoozed until")
    await centre.row("number 000").get_by_role("link", name=re.compile("Why did I get this")).click()
    await expect(centre.page.get_by_role("heading", name="Why did I get this?")).to_be_visible()


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, PHONE], ids=["light", "dark", "phone"])
async def test_every_state_is_accessible_and_fits(people, site, options):
    ada, bob = await people("ada", **options), await people("bob")
    await site.database(notify_user, ada.id, "short", body="W" * 400)
    ids = await site.database(notify_user, ada.id, LONG, "asleep", actor=bob.id, url="/rooms/", body="what was said")
    await site.database(services.mark_read, ada.id, [ids[0] - 1])
    await site.database(services.archive, ada.id, ids[1:])
    for path in (PATH, f"{PATH}?show=archived", f"{PATH}?show=snoozed", f"{PATH}held/", f"{PATH}{ids[0]}/why/"):
        page = await ada.opens(path)
        await is_accessible(page)
        await fits(page)
        if options is PHONE:
            await suits_a_finger(page)
    centre = await open_centre(ada)
    await centre.button("Snooze", LONG).click()
    await is_accessible(centre.page)
    await fits(centre.page)
    await centre.page.keyboard.press("Escape")
    if options is PHONE:
        await centre.button("Snooze", "short").click()
        await centre.row("short").get_by_role("button", name="Archive").click()
    else:
        await centre.does("Archive", "short")
    await expect(centre.undo).to_be_visible()
    await is_accessible(centre.page)
    await fits(centre.page)


async def test_a_group_is_one_row_that_new_notifications_join(people, site):
    ada = await people("ada")
    await site.database(notify_user, ada.id, "one", "two", group="place.7")
    await site.database(notify_user, ada.id, "alone")
    centre = await open_centre(ada)
    await centre.lists("alone", "two, and 1 more")
    await expect(centre.row("two").locator(".item-many")).to_contain_text("2")
    await site.database(notify_user, ada.id, "three", group="place.7")
    await centre.lists("three, and 2 more", "alone")
    await centre.does("Archive", "three")
    await centre.lists("alone")
    await centre.undo.click()
    await centre.lists("three, and 2 more", "alone")
    await centre.does("Mark as read", "three")
    await expect(centre.row("three")).not_to_have_class(re.compile("unread"))
    await site.database(notify_user, ada.id, "four", group="place.7")
    await centre.lists("four", "three, and 2 more", "alone")


async def test_a_message_has_the_same_time_everywhere(people, site, two):
    """This includes the first page of a browser, whose zone the server does not know yet."""
    eve = await people("eve", locale="en-US", timezone_id="Asia/Kolkata")
    await site.database(live_in, eve.id, "America/Los_Angeles")
    await site.database(join, eve.id, two.general)
    await site.database(post, two.general, two.bob.id, f"@{eve.username} look")
    centre = await open_centre(eve)
    first = centre.page.locator(".item time")
    time, full = await first.inner_text(), await first.get_attribute("title")
    assert re.fullmatch(r"\d{1,2}:\d\d [AP]M", time)
    zone = await centre.page.evaluate(
        "at => new Date(at).toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit' })",
        await first.get_attribute("datetime"),
    )
    assert zone.replace("\u202f", " ") == time
    await expect(centre.page.locator(".inbox-day > h2")).to_have_text("Today")
    await eve.opens(PATH)
    assert (await first.inner_text(), await first.get_attribute("title")) == (time, full)
    await centre.page.goto(await centre.row("look").get_by_label(re.compile("^Why")).last.get_attribute("href"))
    await expect(centre.page.locator(".why-of time")).to_have_text(full)
    window = await open_room(eve, two.general)
    await expect(window.message("look").locator("time").last).to_have_text(time)
