"""A room with more people than its page lists: all are counted, found and completed."""

import pytest
from playwright.async_api import expect

from accounts.models import User
from chat.models import Membership
from tests.browser.window import open_room

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fill(room_id: int, count: int) -> None:
    """Add this number of members to the room, and Hypatia as the last."""
    names = [*(f"crowd{number:03}" for number in range(count)), "hypatia"]
    users = User.objects.bulk_create(User(username=name, email=f"{name}@example.org") for name in names)
    Membership.objects.bulk_create(Membership(room_id=room_id, user=user) for user in users)


async def test_members_beyond_the_list_are_counted_and_completed(two):
    await two.site.database(fill, two.general, 300)
    hers = await open_room(two.ada, two.general)
    people = hers.page.locator("member-list")
    await expect(people.locator("h2")).to_have_text("People 303")
    await expect(people.locator(".member")).to_have_count(200)
    await hers.composer.press_sequentially("@hyp")
    option = hers.page.get_by_role("option")
    await expect(option).to_contain_text("@hypatia")
    await hers.page.keyboard.press("Enter")
    await expect(hers.composer).to_have_value("@hypatia ")
    await hers.composer.press_sequentially("look")
    await hers.page.keyboard.press("Enter")
    await expect((await hers.sees("look")).locator(".mention")).to_have_text("@hypatia")
    await people.get_by_role("link", name="All 303 people").click()
    await expect(hers.page.get_by_role("heading", name="People (303)")).to_be_in_viewport()
