"""A sidebar with many rooms: the open room is in view, and hints show unread ones beyond the edges."""

import pytest
from playwright.async_api import expect

from accounts.models import User
from chat import services
from tests.browser.past import join, post
from tests.browser.window import open_room

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def make_many(owner_id: int, *member_ids: int) -> list[int]:
    owner = User.objects.get(pk=owner_id)
    ids = [services.create_room(owner, kind="public", name=f"room {number:02}").pk for number in range(40)]
    for member_id in member_ids:
        join(member_id, *ids)
    return ids


async def test_the_open_room_is_in_view_with_hints_beyond_the_edges(two):
    rooms = await two.site.database(make_many, two.bob.id, two.ada.id)
    hers = await open_room(two.ada, rooms[39])
    await expect(hers.room("room 39")).to_be_in_viewport(ratio=1)
    above, below = hers.page.locator(".edge-above"), hers.page.locator(".edge-below")
    await expect(above).to_have_count(0)
    async with two.bob.person.connect() as connection:
        await connection.subscribe(f"room.{rooms[0]}", f"room.{rooms[1]}")
        await connection.posts("over here", room=f"room.{rooms[0]}")
        await expect(above).to_have_text("1 unread")
        await connection.posts("@ada look", room=f"room.{rooms[1]}")
    await expect(above).to_have_text("1 mention")
    await above.click()
    await expect(hers.room("room 01")).to_be_in_viewport(ratio=1)
    await expect(above).to_have_count(0)
    await two.site.database(post, rooms[38], two.bob.id, "and here")
    await expect(below).to_have_text("1 unread")
    await hers.page.keyboard.press("Alt+Shift+ArrowDown")
    await expect(hers.room("room 00")).to_have_attribute("aria-current", "page")
    await expect(hers.room("room 00")).to_be_in_viewport(ratio=1)
