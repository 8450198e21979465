"""The bell: its count on every tab, and its panel, with the mouse, the keyboard and a finger."""

import re

import pytest
import pytest_asyncio
from playwright.async_api import expect

from chat.models import Room
from notifications import services
from tests.browser.bells import SOON_MILLISECONDS, Bell, mentions, notify_user, open_bell, wake
from tests.browser.eyes import fits, is_accessible, shows_focus, suits_a_finger
from tests.browser.past import join
from tests.browser.window import open_room
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest_asyncio.fixture(loop_scope="session")
async def bell(two):
    """Return Ada's bell in the chat."""
    return Bell((await open_room(two.ada, two.general)).page)


async def test_the_count_is_the_same_in_two_browsers(people, two, bell):
    elsewhere = await open_bell(await people("ada"))
    await two.site.database(notify_user, two.ada.id, "one", "two")
    await bell.shows(2)
    await elsewhere.shows(2)
    await mentions(two.bob, two.random, "ada", "three")
    await bell.shows(3, timeout=SOON_MILLISECONDS)
    await elsewhere.shows(3, timeout=SOON_MILLISECONDS)
    await bell.opens()
    await bell.does("Mark as read", "two")
    await elsewhere.shows(2, timeout=SOON_MILLISECONDS)
    await elsewhere.opens()
    await expect(elsewhere.rows).to_have_text([re.compile("three"), re.compile("one"), re.compile("two")])
    await elsewhere.panel.get_by_role("button", name="Mark all as read").click()
    await bell.shows(0, timeout=SOON_MILLISECONDS)
    await expect(bell.panel.get_by_role("button", name="Mark all as read")).to_have_count(0)


async def test_a_large_count_is_short_and_its_label_exact(two, bell):
    await two.site.database(notify_user, two.ada.id, *(f"number {number}" for number in range(120)))
    await bell.shows(120)
    await expect(bell.button).to_have_text("99+")
    await two.ada.opens("/rooms/")
    await bell.shows(120)
    await expect(bell.button).to_have_text("99+")


async def test_the_title_counts_each_mention_once(two, bell):
    await expect(bell.page).to_have_title("# general · Hubbub")
    await two.site.database(notify_user, two.ada.id, "one")
    await expect(bell.page).to_have_title("(1) # general · Hubbub")
    await two.ada.opens("/rooms/")
    await expect(bell.page).to_have_title("(1) Rooms · Hubbub")


async def test_the_panel_works_by_keyboard(two, bell):
    """Ada moves through the rows, reads one, archives one, and opens one in the chat without a page load."""
    keys, page = bell.page.keyboard, bell.page
    await two.site.database(notify_user, two.ada.id, "one", "two", url=f"/rooms/{two.random}/")
    await two.site.database(notify_user, two.ada.id, "three")
    await bell.shows(3)
    await page.evaluate("window.isTheSamePage = true")
    await bell.button.focus()
    await keys.press("Enter")
    await expect(bell.row("three").get_by_role("button").first).to_be_focused()
    await shows_focus(bell.row("three").locator(".bell-main"))
    await keys.press("ArrowRight")
    await expect(bell.row("three").get_by_label("Mark as read")).to_be_focused()
    await keys.press("Enter")
    await expect(bell.row("three")).not_to_contain_text("Unread")
    await keys.press("Home")
    await expect(bell.row("two").get_by_role("link").first).to_be_focused()
    for _ in range(3):
        await keys.press("ArrowRight")
    await expect(bell.row("two").get_by_label("Archive")).to_be_focused()
    await keys.press("Enter")
    await expect(bell.row("two")).to_have_count(0)
    await expect(bell.row("one").get_by_role("link").first).to_be_focused()
    await keys.press("Escape")
    await expect(bell.panel).to_have_count(0)
    await expect(bell.button).to_be_focused()
    await keys.press("Enter")
    await expect(bell.row("one").get_by_role("link").first).to_be_focused()
    await keys.press("Enter")
    await expect(page.locator("h1")).to_have_text("random")
    await expect(bell.panel).to_have_count(0)
    assert await page.evaluate("window.isTheSamePage")
    await bell.shows(0)


@pytest.mark.whole_browser
async def test_tab_moves_through_the_current_row_only(two, bell):
    await two.site.database(notify_user, two.ada.id, "one", "two")
    await bell.shows(2)
    await bell.opens()
    await expect(bell.rows).to_have_text([re.compile("two"), re.compile("one")])
    order = []
    for _ in range(6):
        order.append(await bell.page.evaluate("(document.activeElement.ariaLabel ?? document.activeElement.innerText)"))
        await bell.page.keyboard.press("Tab")
    assert order[0].startswith("two")
    assert order[1:] == ["Mark as read", "Snooze", "Archive", "Why did I get this?", "Turn on"]


async def test_notifications_of_one_group_are_one_row(people, two, bell):
    writers = [await two.site.person(name) for name in ("eve", "zoe", "tim", "mary")]
    for writer in writers:
        await two.site.database(
            notify_user, two.ada.id, f"{writer.username} wrote to you", actor=writer.id, group="room.7", body="hi"
        )
    await two.site.database(notify_user, two.ada.id, "by itself")
    await bell.shows(5)
    await bell.opens()
    await expect(bell.rows).to_have_count(2)
    await expect(bell.row("wrote")).to_contain_text("mary and 3 others wrote to you")
    await bell.does("Mark as read", "wrote")
    await bell.shows(1)
    await expect(bell.rows.first).to_contain_text("by itself")
    await expect(bell.rows.last).to_contain_text("mary and 3 others wrote to you")


async def test_a_snoozed_notification_returns(two, bell):
    await two.site.database(notify_user, two.ada.id, "one")
    await bell.shows(1)
    await bell.opens()
    await bell.snoozes("one", "For an hour")
    await expect(bell.rows).to_have_count(0)
    await expect(bell.panel).to_contain_text("You're all caught up")
    await expect(bell.said).to_contain_text("Snoozed for an hour.")
    await bell.shows(0)
    assert [row["title"] for row in (await two.ada.person.fetches(SNOOZED))["notifications"]] == ["one"]
    await two.site.database(wake, two.ada.id)
    await expect(bell.row("one")).to_contain_text("Unread")
    await bell.shows(1)
    assert (await two.ada.person.fetches(SNOOZED))["notifications"] == []


SNOOZED = "/notifications/list.json?show=snoozed"


async def test_undo_restores_an_archived_notification(two, bell):
    one, _ = await two.site.database(notify_user, two.ada.id, "one", "two")
    await two.site.database(services.mark_read, two.ada.id, [one])
    await bell.shows(1)
    await bell.opens()
    for text in ("one", "two"):
        await bell.does("Archive", text)
        await expect(bell.row(text)).to_have_count(0)
        await bell.said.get_by_role("button", name="Undo").click()
        await expect(bell.row(text)).to_have_count(1)
        await expect(bell.said).to_be_empty()
    await bell.shows(1)
    await expect(bell.row("one")).not_to_contain_text("Unread")
    await expect(bell.row("two")).to_contain_text("Unread")


async def test_a_refused_change_is_undone_with_the_reason(two, bell):
    await two.site.database(notify_user, two.ada.id, "one")
    await bell.shows(1)
    await bell.opens()
    two.ada.forgives("Failed to load resource")
    await bell.page.route("**/archive.json", lambda route: route.abort())
    await bell.does("Archive", "one")
    await expect(bell.said).to_contain_text("Can't reach the server.")
    await expect(bell.row("one")).to_contain_text("Unread")


async def test_a_notification_goes_with_its_deleted_message(two, bell):
    def notify_of_room():
        return notify_user(two.ada.id, "a secret", target=Room.objects.get(pk=two.random))

    def retract():
        services.retract([Room.objects.get(pk=two.random)])

    elsewhere = await two.ada.opens_tab("/rooms/")
    await two.site.database(notify_of_room)
    await bell.shows(1)
    await bell.opens()
    await expect(bell.row("a secret")).to_be_visible()
    await two.site.database(retract)
    await expect(bell.row("a secret")).to_have_count(0)
    await bell.shows(0)
    await Bell(elsewhere).shows(0)


async def test_the_panel_closes(two, bell):
    [one] = await two.site.database(notify_user, two.ada.id, "one")
    await bell.shows(1)
    await bell.opens()
    links = {
        "All notifications": "/notifications/",
        "Notification settings": "/notifications/preferences/",
        "Why did I get this?": f"/notifications/{one}/why/",
    }
    for name, path in links.items():
        await expect(bell.panel.get_by_role("link", name=name)).to_have_attribute("href", path)
    await bell.page.locator("h1").click()
    await expect(bell.panel).to_have_count(0)


@pytest.mark.parametrize("path", ["/rooms/", "/accounts/profile/", "/rooms/new/"])
async def test_every_page_has_the_bell(two, path):
    bell = await open_bell(two.ada, path)
    await two.site.database(notify_user, two.ada.id, "one")
    await bell.shows(1)
    await bell.opens()
    await expect(bell.row("one")).to_be_visible()


async def test_the_bell_is_a_link_without_scripts(people, two):
    still = await people("ada", java_script_enabled=False)
    await two.site.database(notify_user, two.ada.id, "one")
    page = await still.opens("/rooms/")
    await expect(page.get_by_role("link", name="Notifications, 1 unread")).to_have_attribute("href", "/notifications/")


async def test_the_panel_is_a_sheet_for_touch(people, two):
    eve = await people("eve", **PHONE)
    await two.site.database(join, eve.id, two.general)
    await two.site.database(notify_user, eve.id, "one", "W" * 200, body="long " * 100)
    window = await open_room(eve, two.general)
    bell = Bell(window.page)
    await expect(bell.button).to_have_accessible_name("Notifications, 2 unread")
    await bell.button.tap()
    await expect(bell.panel).to_be_visible()
    await window.waits_for_animations()
    box = await bell.panel.bounding_box()
    assert (box["x"], box["width"]) == (0, PHONE["viewport"]["width"])
    assert box["y"] + box["height"] == PHONE["viewport"]["height"]
    await suits_a_finger(window.page)
    await fits(window.page)
    await bell.row("one").get_by_label("More actions").tap()
    await suits_a_finger(window.page)
    await window.page.get_by_role("menuitem", name="Archive").tap()
    await expect(bell.row("one")).to_have_count(0)
    await window.page.touchscreen.tap(180, 20)
    await expect(bell.panel).to_have_count(0)


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, PHONE], ids=["light", "dark", "phone"])
async def test_every_state_of_the_panel_is_accessible_and_fits(people, two, options):
    eve = await people("eve", **options)
    await two.site.database(join, eve.id, two.general)
    window = await open_room(eve, two.general)
    bell, page = Bell(window.page), window.page

    async def is_right():
        await window.waits_for_animations()
        await is_accessible(page)
        await fits(page)

    await bell.opens()
    await expect(bell.panel).to_contain_text("You're all caught up")
    await is_right()
    await two.site.database(notify_user, eve.id, "W" * 200, "earlier", "later", actor=two.bob.id, body="words " * 60)
    await expect(bell.rows).to_have_count(3)
    await bell.panel.get_by_role("button", name="Mark all as read").click()
    await two.site.database(notify_user, eve.id, "one", "two", group="a", url="/rooms/")
    await expect(bell.row("and 1 more")).to_be_visible()
    await is_right()
    menu = "More actions" if options is PHONE else "Snooze"
    await bell.does(menu, "and 1 more")
    await expect(page.get_by_role("menu")).to_be_visible()
    await is_right()
    await page.keyboard.press("Escape")
    await page.get_by_role("menuitem").first.wait_for(state="detached")
    await bell.does(menu, "later")
    await page.get_by_role("menuitem", name=re.compile("for an hour", re.IGNORECASE)).click()
    await expect(bell.said).to_contain_text("Undo")
    await is_right()
