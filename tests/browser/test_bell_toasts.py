"""New notifications show once: a toast in the tab in front, or the browser's notification if all are hidden."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.async_api import expect

from notifications import services
from notifications.models import Preferences
from tests.browser.bells import FOUND_MILLISECONDS, SOON_MILLISECONDS, Bell, mentions, notify_user, open_bell
from tests.browser.eyes import fits, is_accessible, suits_a_finger
from tests.browser.past import make_direct
from tests.browser.window import open_room, open_tab
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WOKEN_MILLISECONDS = 12_000
# Lets the test set the tab's visibility and focus, and records the browser notifications that it shows.
PAGE = """
  window.said = []
  window.asked = 0
  window.isHidden = false
  Object.defineProperty(document, "hidden", { get: () => window.isHidden })
  window.Notification = class extends EventTarget {
    static permission = PERMISSION
    static async requestPermission() {
      window.asked += 1
      return (this.permission = "granted")
    }
    constructor(title, { body, tag }) {
      super()
      window.said.push({ title, body, tag, closed: false })
      this.place = window.said.length - 1
    }
    close() {
      window.said[this.place].closed = true
      this.dispatchEvent(new Event("close"))
    }
  }
"""


async def takes_page(visitor, permission: str = "granted") -> None:
    await visitor.context.add_init_script(PAGE.replace("PERMISSION", json.dumps(permission)))


async def hides(bell: Bell, hidden: bool = True) -> None:
    await bell.page.evaluate(
        "hidden => { window.isHidden = hidden; document.dispatchEvent(new Event('visibilitychange')) }", hidden
    )


async def says(bell: Bell, count: int) -> list[dict]:
    """Wait until the browser has shown this number of notifications, and return them."""
    await bell.page.evaluate(
        """async count => { while (window.said.length < count) await new Promise(requestAnimationFrame) }""", count
    )
    return await bell.page.evaluate("window.said")


async def test_a_mention_shows_a_toast_that_opens_its_message(two):
    hers = await open_room(two.ada, two.random)
    bell = Bell(hers.page)
    await bell.is_live()
    await hers.page.evaluate("window.isTheSamePage = true")
    await mentions(two.bob, two.general, "ada", "look here")
    await bell.shows(1, timeout=SOON_MILLISECONDS)
    await expect(bell.toasts).to_contain_text("bob mentioned you in #general")
    await expect(bell.toasts).to_contain_text("look here")
    await bell.toasts.get_by_role("link").click()
    await hers.is_in("general")
    await expect(hers.message("look here")).to_be_in_viewport()
    await expect(bell.toasts).to_have_count(0)
    await bell.shows(0)
    assert await hers.page.evaluate("window.isTheSamePage")


async def test_the_room_in_view_needs_no_toast(two):
    hers = await open_room(two.ada, two.general)
    bell = Bell(hers.page)
    await bell.is_live()
    await mentions(two.bob, two.general, "ada", "before your eyes")
    await hers.sees("before your eyes")
    await mentions(two.bob, two.random, "ada", "elsewhere")
    await expect(bell.toasts).to_have_count(1)
    await expect(bell.toasts).to_contain_text("elsewhere")
    await bell.shows(1)


async def test_five_tabs_show_one_toast(two):
    rooms = [await open_tab(two.ada, room) for room in (two.general, two.general, two.random)]
    bells = [Bell(window.page) for window in rooms]
    bells += [Bell(await two.ada.opens_tab(path)) for path in ("/rooms/", "/rooms/new/")]
    for bell in bells:
        await bell.is_live()
    await two.site.database(notify_user, two.ada.id, "the first")
    for bell in bells:
        await bell.shows(1)
    # Once the second is shown, every tab has decided about the first.
    await two.site.database(notify_user, two.ada.id, "the second")
    for bell in bells:
        await bell.shows(2)
    said = []
    while "the second" not in said:
        said = [text for bell in bells for text in await bell.toasts.all_inner_texts()]
        said = [text.splitlines()[0] for text in said]
    assert sorted(said) == ["the first", "the second"]


async def test_a_toast_goes_when_it_is_read_on_another_device(people, two):
    bell, phone = await open_bell(two.ada), await open_bell(await people("ada"))
    await two.site.database(notify_user, two.ada.id, "one")
    await expect(bell.toasts).to_have_count(1, timeout=FOUND_MILLISECONDS)
    await bell.toasts.hover()
    await phone.shows(1)
    await phone.opens()
    await phone.does("Mark as read", "one")
    await expect(bell.toasts).to_have_count(0, timeout=SOON_MILLISECONDS)


async def test_a_toast_goes_with_its_deleted_message(two):
    bell = await open_bell(two.ada)
    id = await mentions(two.bob, two.general, "ada", "not meant to be")
    await expect(bell.toasts).to_contain_text("not meant to be")
    await bell.toasts.hover()
    async with two.bob.person.connect() as connection:
        await connection.subscribe(f"room.{two.general}")
        await connection.does("message.delete", f"room.{two.general}", id=id)
    await expect(bell.toasts).to_have_count(0, timeout=SOON_MILLISECONDS)
    await bell.shows(0)


async def test_a_toast_stays_while_it_is_used_and_then_goes(two):
    bell = await open_bell(two.ada)
    await bell.page.clock.install()
    await two.site.database(notify_user, two.ada.id, "one")
    await expect(bell.toasts).to_have_count(1, timeout=FOUND_MILLISECONDS)
    await bell.toasts.hover()
    await bell.page.clock.fast_forward(60_000)
    await expect(bell.toasts).to_have_count(1)
    await bell.page.mouse.move(5, 700)
    await bell.page.clock.fast_forward(5_000)
    await expect(bell.toasts).to_have_count(1)
    await bell.page.clock.fast_forward(1_500)
    await expect(bell.toasts).to_have_count(0)
    await bell.shows(1)


async def test_a_dismissed_toast_stays_unread(two):
    bell = await open_bell(two.ada)
    await two.site.database(notify_user, two.ada.id, "one")
    await bell.toasts.get_by_role("button", name="Dismiss").click()
    await expect(bell.toasts).to_have_count(0)
    await bell.shows(1)


async def test_an_open_panel_replaces_the_toast(two):
    hers = await open_bell(two.ada)
    await two.site.database(notify_user, two.ada.id, "Ping")
    await expect(hers.toasts).to_have_count(1, timeout=FOUND_MILLISECONDS)
    await hers.opens()
    await expect(hers.toasts).to_have_count(0, timeout=SOON_MILLISECONDS)
    await hers.shows(1)


async def test_at_most_three_toasts_show_at_once(two):
    bell = await open_bell(two.ada)
    await two.site.database(notify_user, two.ada.id, *(f"number {number}" for number in range(12)))
    await bell.shows(12)
    await expect(bell.toasts).to_have_count(3)


async def test_permission_is_asked_only_after_a_click(two):
    await takes_page(two.ada, "default")
    bell = await open_bell(two.ada)
    await two.site.database(notify_user, two.ada.id, "one", "two")
    await bell.shows(2)
    await bell.opens()
    await expect(bell.panel).to_contain_text("Hubbub can notify you while this tab is in the background.")
    assert await bell.page.evaluate("window.asked") == 0
    await bell.panel.get_by_role("button", name="Turn on").click()
    await expect(bell.panel).not_to_contain_text("in the background")
    assert await bell.page.evaluate("window.asked") == 1


async def test_a_refused_permission_is_not_asked_again(two):
    await takes_page(two.ada, "default")
    bell = await open_bell(two.ada)
    await bell.opens()
    await bell.panel.get_by_role("button", name="Not now").click()
    await expect(bell.panel).not_to_contain_text("in the background")
    await two.ada.page.reload()
    await bell.opens()
    await expect(bell.panel).to_contain_text("You're all caught up")
    await expect(bell.panel).not_to_contain_text("in the background")
    assert await bell.page.evaluate("window.asked") == 0


async def test_hidden_tabs_use_a_browser_notification_and_close_it(two):
    await takes_page(two.ada)
    bell = await open_bell(two.ada)
    await hides(bell)
    [one] = await two.site.database(notify_user, two.ada.id, "one", body="in words")
    said = await says(bell, 1)
    assert said == [{"title": "one", "body": "in words", "tag": f"notification.{one}", "closed": False}]
    await expect(bell.toasts).to_have_count(0)
    await two.site.database(services.mark_read, two.ada.id, [one])
    await bell.shows(0)
    assert (await bell.page.evaluate("window.said"))[0]["closed"]


async def test_notifications_from_an_outage_are_counted_without_toasts(two):
    bell = await open_bell(two.ada)
    await two.ada.context.set_offline(True)
    two.ada.forgives("ERR_INTERNET_DISCONNECTED", "WebSocket connection")
    await two.site.database(notify_user, two.ada.id, "old news")
    await two.ada.context.set_offline(False)
    await bell.shows(1)
    await two.site.database(notify_user, two.ada.id, "news")
    await expect(bell.toasts).to_contain_text("news", timeout=FOUND_MILLISECONDS)


async def test_do_not_disturb_counts_without_toasts(two):
    def rests():
        until = timezone.now() + timedelta(hours=2)
        Preferences.objects.create(user_id=two.ada.id, do_not_disturb_until=until)

    bell = await open_bell(two.ada)
    await two.site.database(rests)
    await two.site.database(notify_user, two.ada.id, "while she rests")
    await bell.shows(1)
    await two.site.database(Preferences.objects.all().delete)
    await two.site.database(notify_user, two.ada.id, "when she is back")
    await expect(bell.toasts).to_have_count(1, timeout=FOUND_MILLISECONDS)
    await expect(bell.toasts).to_contain_text("when she is back")


async def test_a_notification_is_new_again_after_its_snooze(two):
    def sleeps(id: int):
        services.snooze(two.ada.id, [id], timezone.now() + timedelta(seconds=4))

    [one] = await two.site.database(notify_user, two.ada.id, "one")
    bell = await open_bell(two.ada)
    await bell.shows(1)
    await two.site.database(sleeps, one)
    await bell.shows(0)
    await expect(bell.toasts).to_contain_text("one", timeout=WOKEN_MILLISECONDS)
    await bell.shows(1)


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, PHONE], ids=["light", "dark", "phone"])
async def test_toasts_are_accessible_and_fit(people, two, options):
    eve = await people("eve", **options)
    direct = await two.site.database(make_direct, two.bob.id, eve.id)
    bell = await open_bell(eve, "/rooms/new/")
    await two.site.database(
        notify_user, eve.id, "W" * 200, actor=two.bob.id, body="words " * 60, url=f"/rooms/{direct}/"
    )
    await two.site.database(notify_user, eve.id, "plain")
    await expect(bell.toasts).to_have_count(2, timeout=FOUND_MILLISECONDS)
    await bell.toasts.first.hover()
    await bell.page.evaluate("Promise.allSettled(document.getAnimations().map(animation => animation.finished))")
    await is_accessible(bell.page)
    await fits(bell.page)
    if options is PHONE:
        await suits_a_finger(bell.page)
