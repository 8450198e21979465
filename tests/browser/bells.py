"""Helpers for the bell: its parts on a page, and notifications to show in it."""

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from playwright.async_api import Locator, Page, expect

from notifications import kinds, services
from notifications.kinds import Kind
from notifications.models import Notification
from tests.visitors import Visitor

# Writes by `site.database` are another process's: the server finds them when it polls the heads, every two seconds.
FOUND_MILLISECONDS = 6_000
SOON_MILLISECONDS = 1_000


class Bell:
    """The bell on a page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def button(self) -> Locator:
        return self.page.locator(".bell-button")

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("dialog", name="Notifications")

    @property
    def rows(self) -> Locator:
        return self.page.locator(".bell-row")

    @property
    def toasts(self) -> Locator:
        return self.page.locator(".toast")

    @property
    def said(self) -> Locator:
        return self.panel.get_by_role("status")

    def row(self, text: str) -> Locator:
        return self.rows.filter(has_text=text)

    async def is_live(self) -> None:
        """Wait until the bell is subscribed, so that later notifications are events."""
        await expect(self.page.locator("live-bell")).to_have_attribute("data-live", "")

    async def shows(self, number: int, *, timeout: float = FOUND_MILLISECONDS) -> None:
        """Expect this number of unread notifications."""
        name = f"Notifications, {number} unread" if number else "Notifications"
        await expect(self.button).to_have_accessible_name(name, timeout=timeout)

    async def opens(self) -> None:
        await self.button.click()
        await expect(self.panel).to_be_visible()

    async def does(self, action: str, text: str) -> None:
        """Click a button of a row."""
        await self.row(text).hover()
        await self.row(text).get_by_label(action).click()

    async def snoozes(self, text: str, until: str) -> None:
        await self.does("Snooze", text)
        await self.page.get_by_role("menuitem", name=until).click()


async def open_bell(visitor: Visitor, path: str = "/rooms/") -> Bell:
    bell = Bell(await visitor.opens(path))
    await bell.is_live()
    return bell


async def mentions(visitor: Visitor, room: int, name: str, text: str) -> int:
    """Mention a user from a client without a browser, and return the message's id."""
    async with visitor.person.connect() as connection:
        await connection.subscribe(f"room.{room}")
        return (await connection.posts(f"{text} @{name}"))["id"]


@transaction.atomic
def notify_user(user_id: int, *titles: str, actor: int | None = None, **how) -> list[int]:
    """Notify a user once for each title, in one transaction, and return the notifications' ids."""
    kinds._kinds.setdefault("ping", Kind("ping", "Pings", "bell"))
    users = get_user_model().objects
    for title in titles:
        services.notify(to=users.get(pk=user_id), kind="ping", title=title, actor=actor and users.get(pk=actor), **how)
    newest = Notification.objects.filter(user=user_id).order_by("-position").values_list("pk", flat=True)
    return list(newest[: len(titles)])[::-1]


def wake(user_id: int) -> None:
    """End all snoozes now."""
    Notification.objects.filter(user=user_id).exclude(snoozed_until=None).update(
        snoozed_until=timezone.now() - timedelta(seconds=1)
    )
    services.wake()
