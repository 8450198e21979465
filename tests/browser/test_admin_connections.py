"""The admin's page of open connections, which staff can view and close."""

import re

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.eyes import fits, is_accessible
from tests.browser.past import make_rooms
from tests.browser.window import open_room
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The page polls every 3 s, and drops a process that has not answered for 9 s.
ASKED_MILLISECONDS = 15_000


@pytest_asyncio.fixture(loop_scope="session")
async def staff(people, site):
    """Return a function that makes a visitor with the permission: `root = await staff(**context options)`."""

    async def bring(**options):
        await site.person("root", is_staff=True, is_superuser=True)
        return await people("root", **options)

    return bring


def rows_of(page, username: str):
    return page.locator("hubbub-connections tbody tr", has_text=f"@{username}")


async def test_connections_appear_and_disappear(staff, two):
    page = await (await staff()).opens("/admin/connections/")
    await expect(rows_of(page, "root")).to_have_count(1)
    await expect(rows_of(page, "bob")).to_have_count(0)
    summary = page.locator("hubbub-connections").get_by_role("status")
    await expect(summary).to_have_text(re.compile(r"^\s*1 connection of 1 person in\s+1 process\s*$"))

    his = await open_room(two.bob, two.general)
    await expect(rows_of(page, "bob")).to_contain_text(["websocket"], timeout=ASKED_MILLISECONDS)
    await expect(summary).to_have_text(re.compile(r"^\s*2 connections of 2 people in\s+1 process\s*$"))

    await his.page.close()
    await expect(rows_of(page, "bob")).to_have_count(0, timeout=ASKED_MILLISECONDS)


async def test_a_connection_that_is_ended_says_so_comes_back_and_loses_nothing(staff, two):
    # A client waits for a random part of a second before it reconnects; a long wait is visible.
    await two.bob.context.add_init_script("Math.random = () => 0.99")
    his, hers = await open_room(two.bob, two.general), await open_room(two.ada, two.general)
    page = await (await staff()).opens("/admin/connections/")
    disconnect = rows_of(page, "bob").get_by_role("button", name="Disconnect")
    await expect(disconnect).to_be_visible(timeout=ASKED_MILLISECONDS)

    await disconnect.click()
    await expect(his.line).to_contain_text("Unsent messages are saved.")
    await hers.sends("said meanwhile")
    await his.is_back()
    await his.sees("said meanwhile")
    await his.sends("here again")
    await hers.sees("here again")
    await expect(rows_of(page, "bob")).to_have_count(1, timeout=ASKED_MILLISECONDS)


async def test_the_page_needs_staff(people, site):
    bob = await people("bob")
    bob.forgives("403")
    response = await bob.page.goto("/admin/connections/")
    assert response.status == 403
    await expect(bob.page.locator("hubbub-connections")).to_have_count(0)


async def test_the_page_needs_a_session(people, site):
    guest = await people("guest", signed_in=False)
    await guest.opens("/admin/connections/")
    await expect(guest.page).to_have_url(re.compile(r"/login/\?next=/admin/connections/"))


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, PHONE], ids=["light", "dark", "phone"])
async def test_the_page_is_accessible_and_fits(staff, people, site, options):
    bob = await people("bob")
    room, _ = await site.database(make_rooms, (await people("ada")).id, bob.id)
    await open_room(bob, room)
    page = await (await staff(**options)).opens("/admin/connections/")
    await expect(rows_of(page, "bob")).to_have_count(1, timeout=ASKED_MILLISECONDS)
    await is_accessible(page)
    await fits(page)
