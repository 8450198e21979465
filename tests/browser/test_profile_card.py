"""The profile card of a user, opened by a picture, a name or an @mention."""

import re

import pytest
from django.contrib.auth import get_user_model
from playwright.async_api import expect

from accounts.services import deactivate
from tests.browser.past import join, live_in, post
from tests.browser.window import open_room

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def leave_for_good(room_id: int, user_id: int, words: str) -> None:
    """Let a user join the room, post, and be deactivated."""
    join(user_id, room_id)
    post(room_id, user_id, words)
    deactivate(get_user_model().objects.get(pk=user_id))


async def test_the_card_opens_and_can_message_and_mention(two):
    await two.site.database(live_in, two.bob.id, "Asia/Kathmandu")
    await two.site.database(post, two.general, two.bob.id, "hello @ada")
    await two.site.database(post, two.general, two.ada.id, "hello @bob")
    await two.site.database(leave_for_good, two.general, (await two.site.person("eve")).id, "bye")
    hers = await open_room(two.ada, two.general)
    card = hers.page.get_by_role("dialog", name="bob")
    row = hers.message("hello @ada")
    for opener in (row.locator(".avatar"), row.get_by_role("button", name="bob"), hers.log.get_by_text("@bob")):
        await opener.click()
        await expect(card).to_contain_text("@bob")
        await expect(card).to_contain_text("Offline")
        await expect(card).to_contain_text("Member of this room")
        await expect(card.locator("[data-local-time]")).to_have_text(re.compile(r"\d:\d\d.* local time$"))
        assert (await card.locator(".avatar").bounding_box())["width"] == 72
        await hers.page.keyboard.press("Escape")
        await expect(card).to_have_count(0)

    await hers.message("bye").locator(".avatar").click()
    gone = hers.page.get_by_role("dialog", name="eve")
    await expect(gone).to_contain_text("This account was deactivated.")
    await expect(gone.get_by_role("button")).to_have_count(0)
    await expect(gone).to_be_focused()
    await hers.page.keyboard.press("Escape")
    await expect(hers.message("bye")).to_be_focused()

    await row.locator(".avatar").click()
    async with two.bob.person.connect() as connection:
        await connection.subscribe(f"room.{two.general}")
        await expect(card.locator("[data-presence]").last).to_have_text("Online")
    await hers.composer.fill("hey")
    await row.locator(".avatar").click()
    await card.get_by_role("button", name="Mention").click()
    await expect(hers.composer).to_have_value("hey @bob ")
    await expect(hers.composer).to_be_focused()

    await hers.log.get_by_role("button", name="@ada").click()
    own = hers.page.get_by_role("dialog", name="ada")
    await expect(own.get_by_role("link", name="Edit profile")).to_have_attribute("href", "/accounts/profile/")
    await expect(own.get_by_role("button")).to_have_count(0)
    await hers.page.keyboard.press("Escape")

    await hers.page.get_by_role("complementary").get_by_role("button", name="bob").click()
    await expect(card.get_by_role("button", name="Message")).to_be_focused()
    await hers.page.keyboard.press("Enter")
    await hers.is_in("bob")
