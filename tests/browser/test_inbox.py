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


class InboxPage:
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


async def open_inbox(visitor, path: str = PATH) -> InboxPage:
    inbox_page = InboxPage(await visitor.opens(path))
    await expect(inbox_page.page.locator(".bell-button[popovertarget]")).to_be_visible()  # the scripts have begun
    return inbox_page


async def test_new_and_changed_notifications_appear_live(people, site):
    ada = await people("ada")
    await site.database(notify_user, ada.id, "first")
    inbox_page = await open_inbox(ada)
    await inbox_page.lists("first")
    [second, third] = await site.database(notify_user, ada.id, "second", "third")
    await inbox_page.lists("third", "second", "first")
    await expect(inbox_page.row("second")).to_have_class(re.compile("unread"))
    await site.database(services.mark_read, ada.id, [second])
    await expect(inbox_page.row("second")).not_to_have_class(re.compile("unread"), timeout=FOUND_MILLISECONDS)
    await site.database(services.archive, ada.id, [third])
    await inbox_page.lists("second", "first")


async def test_only_notifications_outside_the_list_show_a_toast(people, site):
    ada = await people("ada")
    inbox_page = await open_inbox(ada)
    bell = Bell(inbox_page.page)
    await bell.is_live()
    await site.database(notify_user, ada.id, "first")
    await inbox_page.lists("first")
    await expect(bell.toasts).to_have_count(0)
    await inbox_page.page.get_by_role("link", name="Archived").click()
    await bell.is_live()
    await site.database(notify_user, ada.id, "second")
    await expect(bell.toasts).to_contain_text(["second"], timeout=FOUND_MILLISECONDS)


async def test_the_first_notification_replaces_the_empty_text(people, site):
    ada = await people("ada")
    inbox_page = await open_inbox(ada)
    await expect(inbox_page.page.get_by_text("No notifications yet")).to_be_visible()
    [id] = await site.database(notify_user, ada.id, "first")
    await inbox_page.lists("first")
    await expect(inbox_page.page.get_by_text("No notifications yet")).to_have_count(0)
    await site.database(services.archive, ada.id, [id])
    await expect(inbox_page.page.get_by_text("No notifications yet")).to_be_visible(timeout=FOUND_MILLISECONDS)


async def test_a_filter_excludes_other_notifications(people, site):
    ada = await people("ada")
    [first, _] = await site.database(notify_user, ada.id, "first", "second")
    await site.database(services.mark_read, ada.id, [first])
    inbox_page = await open_inbox(ada, f"{PATH}?show=unread")
    await inbox_page.lists("second")
    await inbox_page.does("Mark as read", "second")
    await expect(inbox_page.page.get_by_text("You're all caught up")).to_be_visible()
    await site.database(notify_user, ada.id, "third")
    await inbox_page.lists("third")


async def test_a_long_list_loads_on_scrolling(people, site):
    ada = await people("ada")
    count = ROWS_A_PAGE * 2 + 5
    await site.database(notify_user, ada.id, *(f"number {number:03}" for number in range(count)))
    inbox_page = await open_inbox(ada)
    assert await inbox_page.rows.count() < count
    while await inbox_page.rows.count() < count:
        await inbox_page.rows.last.scroll_into_view_if_needed()
        await inbox_page.page.mouse.wheel(0, 2_000)
        await inbox_page.page.evaluate("new Promise(requestAnimationFrame)")
    await inbox_page.lists(*(f"number {number:03}" for number in reversed(range(count))))
    await expect(inbox_page.page.get_by_role("heading", name="Today")).to_have_count(1)
    await expect(inbox_page.page.get_by_role("link", name="Show older")).to_have_count(0)


async def test_archive_snooze_and_undo(people, site):
    ada = await people("ada")
    await site.database(notify_user, ada.id, "first", "second", "third")
    inbox_page = await open_inbox(ada)
    await inbox_page.does("Archive", "second")
    await inbox_page.lists("third", "first")
    await inbox_page.undo.click()
    await inbox_page.lists("third", "second", "first")

    await inbox_page.does("Snooze", "third")
    await inbox_page.row("third").get_by_role("button", name="For an hour").click()
    await inbox_page.lists("second", "first")
    await expect(inbox_page.page.get_by_text("Snoozed for an hour.")).to_be_visible()
    await site.database(wake, ada.id)
    await inbox_page.lists("third", "second", "first")


async def test_all_are_read_at_once(people, site):
    ada = await people("ada")
    await site.database(notify_user, ada.id, "first", "second")
    inbox_page = await open_inbox(ada)
    await inbox_page.page.get_by_role("button", name="Mark all as read").click()
    await expect(inbox_page.page.locator(".item.unread")).to_have_count(0)
    await expect(inbox_page.page.get_by_role("button", name="Mark all as read")).to_have_count(0)
    await expect(inbox_page.page.locator(".tab-count")).to_have_count(0)


async def test_keys_move_archive_and_snooze(people, site):
    ada = await people("ada")
    await site.database(notify_user, ada.id, "first", "second", "third", url="/rooms/")
    inbox_page = await open_inbox(ada)
    keys = inbox_page.page.keyboard
    await keys.press("j")
    await expect(inbox_page.title("third")).to_be_focused()
    await keys.press("j")
    await expect(inbox_page.title("second")).to_be_focused()
    await keys.press("e")
    await inbox_page.lists("third", "first")
    await expect(inbox_page.title("first")).to_be_focused()
    await keys.press("k")
    await expect(inbox_page.title("third")).to_be_focused()
    await keys.press("h")
    await expect(inbox_page.row("third").get_by_role("button", name="For an hour")).to_be_focused()
    await keys.press("Enter")
    await inbox_page.lists("first")


async def test_a_row_on_a_phone_is_low_with_all_actions_in_its_menu(people, site):
    ada, bob = await people("ada", **PHONE), await people("bob")
    await site.database(
        notify_user, ada.id, "a title as long as they are", actor=bob.id, url="/rooms/", body="said " * 30
    )
    inbox_page = await open_inbox(ada)
    box = await inbox_page.rows.first.bounding_box()
    assert box["height"] <= 88
    await inbox_page.rows.first.locator("summary").tap()
    await expect(inbox_page.page.get_by_role("link", name="Why did I get this?")).to_be_visible()
    await inbox_page.rows.first.get_by_role("button", name="Archive").tap()
    await expect(inbox_page.rows).to_have_count(0)


async def test_with_the_keyboard_alone(people, site):
    ada = await people("ada")
    await site.database(notify_user, ada.id, "first", "second", "third", url="/rooms/")
    inbox_page = await open_inbox(ada)
    page = inbox_page.page
    await inbox_page.title("third").focus()
    await page.keyboard.press("Tab")
    await expect(inbox_page.button("Mark as read", "third")).to_be_focused()
    await shows_focus(inbox_page.button("Mark as read", "third"))
    await page.keyboard.press("Enter")
    await expect(inbox_page.button("Mark as unread", "third")).to_be_focused()

    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(inbox_page.row("third").get_by_role("button", name="For an hour")).to_be_visible()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Escape")
    await expect(inbox_page.row("third").get_by_role("button", name="For an hour")).to_be_hidden()
    await expect(inbox_page.button("Snooze", "third")).to_be_focused()

    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")  # archive
    await inbox_page.lists("second", "first")
    await expect(inbox_page.title("second")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("/rooms/"))


async def test_a_menu_stays_open_when_its_row_changes_elsewhere(people, site):
    ada = await people("ada")
    [id] = await site.database(notify_user, ada.id, "first")
    inbox_page = await open_inbox(ada)
    choice = inbox_page.row("first").get_by_role("button", name="Until tomorrow")
    await inbox_page.button("Snooze", "first").press("Enter")
    await choice.focus()
    await site.database(services.mark_read, ada.id, [id])
    await expect(inbox_page.button("Mark as unread", "first")).to_be_attached(timeout=FOUND_MILLISECONDS)
    await expect(choice).to_be_focused()


async def test_filters_are_menus_that_the_keyboard_opens_and_closes(people, site):
    ada = await people("ada")
    inbox_page = await open_inbox(ada)
    opener = inbox_page.page.locator("summary", has_text="All kinds")
    await opener.press("Enter")
    await expect(inbox_page.page.get_by_role("navigation", name="Kind")).to_be_visible()
    await inbox_page.page.keyboard.press("Escape")
    await expect(inbox_page.page.get_by_role("navigation", name="Kind")).to_be_hidden()
    await expect(opener).to_be_focused()
    await opener.click()
    await inbox_page.page.get_by_role("link", name="Mentions").click()
    await expect(inbox_page.page).to_have_url(re.compile(r"\?kind=mention"))
    await expect(inbox_page.page.get_by_text("No matching notifications")).to_be_visible()


async def test_a_change_without_a_connection_shows_an_error(people, site):
    ada = await people("ada")
    ada.forgives("ERR_INTERNET_DISCONNECTED", "ERR_FAILED")
    await site.database(notify_user, ada.id, "first")
    inbox_page = await open_inbox(ada)
    await ada.context.set_offline(True)
    await inbox_page.does("Archive", "first")
    await expect(inbox_page.page.get_by_text("Can't reach the server.")).to_be_visible()
    await inbox_page.lists("first")


async def test_it_works_without_a_script(people, site):
    ada = await people("ada", java_script_enabled=False)
    await site.database(notify_user, ada.id, *(f"number {number:03}" for number in range(ROWS_A_PAGE + 2)))
    inbox_page = InboxPage(await ada.opens(PATH))
    await inbox_page.page.get_by_role("link", name="Show older").click()
    await inbox_page.lists("number 001", "number 000")
    await inbox_page.does("Archive", "number 001")
    await inbox_page.lists("number 000")
    await inbox_page.undo.click()
    await inbox_page.lists("number 001", "number 000")
    await inbox_page.does("Snooze", "number 000")
    await inbox_page.row("number 000").get_by_role("button", name="Until tomorrow").click()
    await inbox_page.page.get_by_role("link", name="Snoozed").click()
    await inbox_page.lists("number 000")
    await expect(inbox_page.row("number 000")).to_contain_text("Snoozed until")
    await inbox_page.row("number 000").get_by_role("link", name=re.compile("Why did I get this")).click()
    await expect(inbox_page.page.get_by_role("heading", name="Why did I get this?")).to_be_visible()


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
    inbox_page = await open_inbox(ada)
    await inbox_page.button("Snooze", LONG).click()
    await is_accessible(inbox_page.page)
    await fits(inbox_page.page)
    await inbox_page.page.keyboard.press("Escape")
    if options is PHONE:
        await inbox_page.button("Snooze", "short").click()
        await inbox_page.row("short").get_by_role("button", name="Archive").click()
    else:
        await inbox_page.does("Archive", "short")
    await expect(inbox_page.undo).to_be_visible()
    await is_accessible(inbox_page.page)
    await fits(inbox_page.page)


async def test_a_group_is_one_row_that_new_notifications_join(people, site):
    ada = await people("ada")
    await site.database(notify_user, ada.id, "one", "two", group="place.7")
    await site.database(notify_user, ada.id, "alone")
    inbox_page = await open_inbox(ada)
    await inbox_page.lists("alone", "two, and 1 more")
    await expect(inbox_page.row("two").locator(".item-many")).to_contain_text("2")
    await site.database(notify_user, ada.id, "three", group="place.7")
    await inbox_page.lists("three, and 2 more", "alone")
    await inbox_page.does("Archive", "three")
    await inbox_page.lists("alone")
    await inbox_page.undo.click()
    await inbox_page.lists("three, and 2 more", "alone")
    await inbox_page.does("Mark as read", "three")
    await expect(inbox_page.row("three")).not_to_have_class(re.compile("unread"))
    await site.database(notify_user, ada.id, "four", group="place.7")
    await inbox_page.lists("four", "three, and 2 more", "alone")


async def test_a_message_has_the_same_time_everywhere(people, site, two):
    """This includes the first page of a browser, whose zone the server does not know yet."""
    eve = await people("eve", locale="en-US", timezone_id="Asia/Kolkata")
    await site.database(live_in, eve.id, "America/Los_Angeles")
    await site.database(join, eve.id, two.general)
    await site.database(post, two.general, two.bob.id, f"@{eve.username} look")
    inbox_page = await open_inbox(eve)
    first = inbox_page.page.locator(".item time")
    time, full = await first.inner_text(), await first.get_attribute("title")
    assert re.fullmatch(r"\d{1,2}:\d\d [AP]M", time)
    zone = await inbox_page.page.evaluate(
        "at => new Date(at).toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit' })",
        await first.get_attribute("datetime"),
    )
    assert zone.replace("\u202f", " ") == time
    await expect(inbox_page.page.locator(".inbox-day > h2")).to_have_text("Today")
    await eve.opens(PATH)
    assert (await first.inner_text(), await first.get_attribute("title")) == (time, full)
    await inbox_page.page.goto(await inbox_page.row("look").get_by_label(re.compile("^Why")).last.get_attribute("href"))
    await expect(inbox_page.page.locator(".why-of time")).to_have_text(full)
    window = await open_room(eve, two.general)
    await expect(window.message("look").locator("time").last).to_have_text(time)
