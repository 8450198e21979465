"""Helpers for push devices: their section of the settings page, and the service worker."""

import asyncio
import json

from django.contrib.auth import get_user_model
from playwright.async_api import Locator, Worker, expect

from notifications.models import Device
from tests.services.push_service import Subscribed
from tests.visitors import Visitor

PAGE = "/notifications/preferences/"
PATIENCE_SECONDS = 8
# No push service accepts a test's browser, so a script replaces the browser's push manager.
PLAY_PUSH_MANAGER = """
subscription => {
  const KEY = "subscription-of-the-test"
  const make = () => ({
    ...subscription,
    toJSON: () => subscription,
    unsubscribe: async () => localStorage.removeItem(KEY) ?? true,
  })
  Object.assign(PushManager.prototype, {
    subscribe: async options => (localStorage.setItem(KEY, options.applicationServerKey), make()),
    getSubscription: async () => (localStorage.getItem(KEY) ? make() : null),
  })
}
"""


SHOWN = """
registration.getNotifications().then(all => all.map(({title, body, tag, data}) => ({title, body, tag, data})))
"""
LOOKS = 300


class Devices:
    """The devices section of the settings page."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    @property
    def here(self) -> Locator:
        return self.page.locator(".device-here")

    @property
    def rows(self) -> Locator:
        return self.page.locator(".device")

    def row(self, name: str) -> Locator:
        return self.rows.filter(has_text=name)

    async def opens(self) -> "Devices":
        await self.visitor.opens(PAGE)
        return self

    async def stands(self, words: str) -> None:
        """Expect this heading about this browser's push."""
        await expect(self.here.locator("strong")).to_have_text(words)

    async def switches_on(self) -> None:
        await self.here.get_by_role("button", name="Turn on").click()
        await self.stands("Push is on in this browser")


async def may_notify(visitor: Visitor, subscribed: Subscribed) -> Devices:
    """Give a browser the permission to notify, and a push service that accepts it."""
    await visitor.context.grant_permissions(["notifications"])
    await visitor.context.add_init_script(f"({PLAY_PUSH_MANAGER})({json.dumps(subscribed.as_json)})")
    return await Devices(visitor).opens()


class ServiceWorker:
    """The site's service worker in a browser: its pushes and its notifications."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker

    @classmethod
    async def of(cls, visitor: Visitor) -> "ServiceWorker":
        """Return the service worker that the visitor's browser has registered."""
        await visitor.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        known = visitor.context.service_workers
        return cls(known[0] if known else await visitor.context.wait_for_event("serviceworker"))

    async def is_alone(self) -> None:
        """Wait until the worker has no page: the browser removes a page that was left some time later."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.worker.evaluate(
                """async () => {
                  while ((await clients.matchAll({ type: "window", includeUncontrolled: true })).length)
                    await new Promise(go => setTimeout(go, 25))
                }"""
            )

    async def takes(self, payload: dict) -> None:
        """Dispatch a push event and wait until it is handled. Pushes by DevTools sometimes got lost."""
        await self.worker.evaluate(
            """async payload => {
              const push = new PushEvent("push", { data: JSON.stringify(payload) })
              const done = new Promise(resolve => { push.waitUntil = resolve })
              dispatchEvent(push)
              await done
            }""",
            payload,
        )

    async def shown(self) -> list[dict]:
        """Return the notifications that the device shows."""
        return await self.worker.evaluate(SHOWN)

    async def shows(self, *titles: str) -> list[dict]:
        """Wait for exactly these notifications, by polling, because no event reports them."""
        for _ in range(LOOKS):
            shown = await self.shown()
            if sorted(one["title"] for one in shown) == sorted(titles):
                return shown
            await self.worker.evaluate("new Promise(go => setTimeout(go, 25))")
        raise AssertionError(f"The device shows {shown}, and not {titles}.")

    async def renews(self, before: Subscribed, after: Subscribed) -> None:
        """Dispatch a pushsubscriptionchange event and wait until it is handled."""
        await self.worker.evaluate(
            """async ([before, after]) => {
              const change = new Event("pushsubscriptionchange")
              const done = new Promise(resolve => { change.waitUntil = resolve })
              change.oldSubscription = { endpoint: before }
              change.newSubscription = { toJSON: () => after }
              dispatchEvent(change)
              await done
            }""",
            [before.endpoint, after.as_json],
        )

    async def presses(self, tag: str, action: str = "") -> None:
        """Click a notification of the device, or a button of it."""
        await self.worker.evaluate(
            """async ([tag, action]) => {
              const [notification] = await registration.getNotifications({ tag })
              dispatchEvent(new NotificationEvent("notificationclick", { notification, action }))
            }""",
            [tag, action],
        )


def make_device(user_id: int, name: str, **fields) -> None:
    user = get_user_model().objects.get(pk=user_id)
    subscribed = Subscribed(f"https://push.example.org/to/{user_id}-{name[:20]}".replace(" ", "-"))
    Device.objects.create(user=user, name=name, endpoint=subscribed.endpoint, **subscribed.keys, **fields)


def endpoints(user_id: int) -> list[str]:
    return list(Device.objects.filter(user=user_id, gone_at=None).order_by("pk").values_list("endpoint", flat=True))
