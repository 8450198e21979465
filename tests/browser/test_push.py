"""Pushes in a browser: switched on, tried, shown by the service worker, pressed, closed, and ended by signing out."""

import asyncio
import json

import pytest
import pytest_asyncio
from django.utils import timezone
from playwright.async_api import async_playwright, expect

from notifications.models import Device, Notification
from notifications.services import mark_read
from tests.browser.bells import Bell, notify_user
from tests.browser.devices import Devices, ServiceWorker, endpoints, make_device, may_notify
from tests.browser.eyes import fits, is_accessible, shows_focus, suits_a_finger
from tests.browser.past import make_rooms, post
from tests.browser.window import open_room
from tests.services.chromium import FLAGS, find_chromium
from tests.services.push_service import PushService, read_proof
from tests.services.shared_sites import clear
from tests.services.site import Site
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.whole_browser, pytest.mark.django_db(transaction=True)]
LONG = "The old tablet on the kitchen wall that shows the shopping list and sometimes the weather, too"


@pytest.fixture(scope="module")
def pushing(templates):
    """Return a push service and a site that can reach no other host; shared by all tests here."""
    service = PushService()
    site = Site(templates, kind="uvicorn", environment={**service.environment, "PUSH_AFTER_SECONDS": 1})
    site.start()
    yield service, site
    site.close()
    service.close()


@pytest.fixture
def service(pushing):
    service, _ = pushing
    service.begins_anew()
    return service


@pytest.fixture
def site(pushing):
    _, site = pushing
    site.database.run(clear)
    return site


@pytest_asyncio.fixture(loop_scope="session")
async def ada(people):
    return await people("ada")


@pytest.fixture
def subscribed(service):
    return service.subscribes()


@pytest_asyncio.fixture(loop_scope="session")
async def devices(ada, subscribed):
    """Return Ada's devices section, in a browser that supports push."""
    return await may_notify(ada, subscribed)


async def taken(service: PushService, number: int):
    return (await asyncio.to_thread(service.neighbour.waits_for, number))[number - 1]


# -- on the page


async def test_push_is_turned_on_tested_renamed_and_turned_off(ada, devices, service, subscribed, site):
    await devices.stands("Push is off in this browser")
    await devices.switches_on()
    assert await site.database(endpoints, ada.id) == [subscribed.endpoint]
    row = devices.row("this browser")
    await row.get_by_role("button", name="Send a test").click()
    await expect(row.locator(".device-said")).to_have_text(
        "Sent to Chrome on Linux. It should appear there in a moment."
    )
    push = await taken(service, 1)
    assert subscribed.reads(push)["title"] == "Push from Hubbub works"
    # The browser must have subscribed with the key that signs.
    assert read_proof(push)["key"] == await ada.page.evaluate("localStorage.getItem('subscription-of-the-test')")
    await row.get_by_role("button", name="Rename").click()
    await ada.page.keyboard.type("Ada’s laptop")
    await ada.page.keyboard.press("Enter")
    await shows_focus(devices.row("Ada’s laptop").get_by_role("button", name="Rename Ada’s laptop"))
    await (await devices.opens()).stands("Push is on in this browser")
    await devices.here.get_by_role("button", name="Turn off").click()
    await devices.stands("Push is off in this browser")
    await expect(devices.rows).to_have_count(0)
    assert await site.database(endpoints, ada.id) == []


async def test_a_window_without_focus_does_not_stop_pushes(ada, devices, service, subscribed, site):
    """The room is visible, but another window has the focus."""
    await devices.switches_on()
    bob = await site.person("bob")
    general, _ = await site.database(make_rooms, ada.id, bob.id)
    await ada.context.add_init_script("document.hasFocus = () => false")
    hers = await open_room(ada, general)
    await site.database(post, general, bob.id, "@ada could you look?")
    await hers.sees("could you look?")
    assert subscribed.reads(await taken(service, 1))["title"] == "bob mentioned you in #general"


async def test_a_failed_test_push_shows_the_reason(ada, devices, service):
    await devices.switches_on()
    row, said = devices.row("this browser"), devices.row("this browser").locator(".device-said")
    service.answers(503, b"overloaded")
    await row.get_by_role("button", name="Send a test").click()
    await expect(said).to_contain_text("The push service responded with 503 (overloaded).")
    service.answers(410)
    await row.get_by_role("button", name="Send a test").click()
    await expect(said).to_contain_text("Push stopped working on")
    await expect(row.locator(".device-facts")).to_contain_text("Push stopped working")
    await expect(row.get_by_role("button", name="Send a test")).to_have_count(0)


async def test_a_blocked_browser_shows_how_to_allow_notifications(ada):
    await ada.context.clear_permissions()
    await ada.context.add_init_script("Object.defineProperty(Notification, 'permission', { get: () => 'denied' })")
    devices = await Devices(ada).opens()
    await devices.stands("Your browser is blocking notifications")
    await expect(devices.here).to_contain_text("allow notifications for this site")
    await expect(devices.here.get_by_role("button")).to_have_count(0)


async def test_an_iphone_is_asked_to_install_first(people):
    ada = await people(
        "ada", user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Safari/604"
    )
    await ada.context.add_init_script("delete globalThis.PushManager")
    await (await Devices(ada).opens()).stands("Add Hubbub to your home screen first")


async def test_a_browser_without_push_support_says_so(ada):
    await ada.context.add_init_script("delete globalThis.PushManager")
    await (await Devices(ada).opens()).stands("This browser doesn't support push")


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, PHONE], ids=["light", "dark", "phone"])
async def test_the_section_is_accessible_and_fits(people, site, subscribed, options):
    ada = await people("ada", **options)
    await site.database(make_device, ada.id, "Firefox on Android", gone_at=timezone.now())
    await site.database(make_device, ada.id, LONG[:80])
    devices = await may_notify(ada, subscribed)
    await devices.stands("Push is off in this browser")
    await is_accessible(ada.page)
    await devices.switches_on()
    await devices.row("this browser").get_by_role("button", name="Send a test").click()
    await expect(devices.row("this browser").locator(".device-said")).to_contain_text("Sent to")
    await is_accessible(ada.page)
    await fits(ada.page)
    if options is PHONE:
        await suits_a_finger(ada.page)
    await devices.row("The old tablet").get_by_role("button", name="Rename").click()
    await is_accessible(ada.page)
    await fits(ada.page)


# -- in the service worker


@pytest_asyncio.fixture(loop_scope="session")
async def worker(ada, devices):
    """Return Ada's service worker while no page of the site is open."""
    await devices.switches_on()
    worker = await ServiceWorker.of(ada)
    await ada.page.goto("about:blank")
    await worker.is_alone()
    return worker


@pytest_asyncio.fixture(loop_scope="session")
async def news(ada, site):
    """Return a room, and for a message that mentions Ada the notification's id and its push payload."""
    bob = await site.person("bob")
    room, _ = await site.database(make_rooms, ada.id, bob.id)
    [message] = await site.database(post, room, bob.id, "@ada are you there?")
    [notification] = await site.database(lambda: list(Notification.objects.filter(user=ada.id)))
    assert notification.target_id == message
    return room, notification


async def test_an_encrypted_push_is_shown_and_closed_on_reading(ada, worker, news, service, subscribed, site):
    """This tests the whole path except the push service, which is simulated."""
    _, notification = news
    payload = subscribed.reads(await taken(service, 1))
    assert payload["ids"] == [notification.pk]
    await worker.takes(payload)
    [shown] = await worker.shows(notification.title)
    assert (shown["tag"], shown["data"]["url"]) == (notification.group, notification.url)
    await site.database(mark_read, ada.id, [notification.pk])
    closing = subscribed.reads(await taken(service, 2))
    assert notification.group in closing["close"]
    await worker.takes(closing)
    await worker.shows()


async def test_a_repeated_push_shows_once_and_the_next_replaces_it(worker):
    first = {"title": "Ana wrote", "body": "Hi", "tag": "room.4", "ids": [1], "url": "/", "unread": 1}
    await worker.takes(first)
    await worker.takes(first)
    [shown] = await worker.shows("Ana wrote")
    assert (shown["body"], shown["data"]["ids"]) == ("Hi", [1])
    await worker.takes({**first, "title": "Bob wrote", "body": "Ho", "ids": [2]})
    [shown] = await worker.shows("Bob wrote")
    assert (shown["body"], shown["data"]["ids"]) == ("Ho\nand 1 earlier", [1, 2])


async def test_a_visible_page_replaces_the_push(ada, worker):
    await ada.opens("/rooms/")
    await worker.takes({"title": "Ana wrote", "tag": "room.4", "ids": [1]})
    await worker.takes({"title": "A trial", "tag": "trial", "always": True})
    await worker.shows("A trial")


async def test_a_click_opens_the_message_in_the_open_window(ada, worker, news):
    room, notification = news
    window = await open_room(ada, room)
    await Bell(window.page).shows(1)
    await window.goes_to("random")
    await window.page.evaluate("globalThis.isTheSamePage = true")
    push = {"title": "Bob", "tag": "t", "ids": [notification.pk], "url": notification.url, "always": True}
    await worker.takes(push)
    await worker.shows("Bob")
    await worker.presses("t")
    await window.is_in("general")
    await window.sees("are you there?")
    assert await window.page.evaluate("isTheSamePage")
    await Bell(window.page).shows(0)
    await worker.shows()


async def test_a_click_navigates_a_page_without_a_listener(ada, worker, news):
    _, notification = news
    await ada.page.goto("/accounts/logout/")
    await worker.takes(
        {
            "title": "Bob",
            "tag": "t",
            "ids": [notification.pk],
            "url": notification.url,
            "open": f"/notifications/{notification.pk}/open/",
            "always": True,
        }
    )
    await worker.shows("Bob")
    await worker.presses("t")
    await ada.page.wait_for_url(f"**{notification.url}")


async def test_a_push_can_be_marked_as_read(ada, worker, site):
    [one] = await site.database(notify_user, ada.id, "one")
    await worker.takes({"title": "one", "tag": "t", "ids": [one], "url": "/"})
    await worker.shows("one")
    await worker.presses("t", "read")
    await worker.shows()
    await Bell(await ada.opens("/rooms/")).shows(0)
    assert ada.page.url.endswith("/rooms/")


async def test_a_new_subscription_keeps_the_device(ada, worker, service, subscribed, site):
    anew = service.subscribes("anew")
    await worker.renews(subscribed, anew)
    assert await site.database(endpoints, ada.id) == [anew.endpoint]
    assert await site.database(Device.objects.count) == 1


# -- the user of a browser


async def test_signing_out_removes_the_device(ada, worker, site):
    await worker.takes({"title": "Ana wrote", "tag": "room.4", "ids": [1]})
    await worker.shows("Ana wrote")
    page = await ada.opens("/rooms/")
    ada.forgives("401")  # the connection ends with the session, and the bell asks for the reason
    await page.get_by_role("button", name="account menu").click()
    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url("**/accounts/login/**")
    await worker.shows()
    assert await site.database(endpoints, ada.id) == []
    assert await page.evaluate("localStorage.getItem('subscription-of-the-test')") is None


async def test_a_device_removed_elsewhere_shows_no_more_pushes(ada, worker, site):
    await site.database(lambda: Device.objects.all().delete())
    page = await ada.opens("/rooms/")
    # The device was removed after this tab was opened: only a new tab shows it.
    await page.evaluate("sessionStorage.clear()")
    await ada.opens("/rooms/")
    await expect(page.locator(".bell-button")).to_have_attribute("popovertarget", "bell-panel")
    await page.evaluate("navigator.locks.request('hubbub-push', () => true)")
    assert await page.evaluate("localStorage.getItem('subscription-of-the-test')") is None


# -- installed


async def test_the_app_can_be_installed(site, tmp_path):
    """The windows of other tests are private, where nothing can be installed, so this one has its own profile."""
    chromium = await asyncio.to_thread(find_chromium)
    async with async_playwright() as playwright:
        profile = await playwright.chromium.launch_persistent_context(
            tmp_path, executable_path=chromium, args=FLAGS, headless=True
        )
        page = await profile.new_page()
        await page.goto(f"{site.url}/accounts/login/")
        session = await profile.new_cdp_session(page)
        found = await session.send("Page.getInstallabilityErrors")
        assert found["installabilityErrors"] == []
        manifest = await session.send("Page.getAppManifest")
        assert manifest["errors"] == []
        assert len(json.loads(manifest["data"])["icons"]) == 5
        await profile.close()
