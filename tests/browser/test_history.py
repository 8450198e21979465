"""Long rooms: reading back, links to old messages, and going from room to room."""

import pytest
from playwright.async_api import expect

from tests.browser.past import both_servers, post, post_many, read_all
from tests.browser.window import open_room

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_JUMP_PIXELS = 1.0


async def goes_back(window):
    """Scroll until the next page is fetched, and return by how many pixels its arrival moved the message in view."""
    first = await window.messages.first.get_attribute("id")
    reading = window.messages.nth(5)
    seen = window.page.locator(f"#{await reading.get_attribute('id')}")
    await window.log.evaluate("log => { log.scrollTop = 300 }")
    before = await window.top_of(seen)
    await expect(window.messages.first).not_to_have_id(first)
    await window.waits_for_frames()
    return abs(await window.top_of(seen) - before)


@both_servers
async def test_400_messages_scroll_back_without_jumps(two):
    await two.site.database(post_many, two.general, two.bob.id, 400)
    await two.site.database(read_all, two.general, two.ada.id)
    hers = await open_room(two.ada, two.general)
    await expect(hers.message("number 0399")).to_be_in_viewport()
    assert await hers.message("number 0000").count() == 0
    jumps = []
    while not await hers.message("number 0000").count():
        jumps.append(await goes_back(hers))
        assert len(jumps) < 20
    assert len(jumps) >= 3
    assert max(jumps) <= MOST_JUMP_PIXELS, jumps
    shown = await hers.messages.locator("message-body").all_inner_texts()
    assert shown == [f"number {number:04}" for number in range(len(shown))]


async def test_new_messages_do_not_move_the_text_in_view(two):
    await two.site.database(post_many, two.general, two.bob.id, 60)
    await two.site.database(read_all, two.general, two.ada.id)
    hers = await open_room(two.ada, two.general)
    await expect(hers.message("number 0059")).to_be_in_viewport()
    await hers.log.evaluate("log => { log.scrollTop = 700 }")
    await expect(hers.button("Jump to latest")).to_be_visible()
    before = await hers.top_of(hers.message("number 0030"))
    async with two.bob.person.connect() as connection:
        await connection.subscribe(f"room.{two.general}")
        await connection.posts("below\n" * 20)
    await hers.sees("below")
    assert abs(await hers.top_of(hers.message("number 0030")) - before) <= MOST_JUMP_PIXELS


async def test_a_link_to_an_old_message_in_another_room_works_both_ways(two):
    await two.site.database(post_many, two.general, two.bob.id, 200)
    await two.site.database(read_all, two.general, two.ada.id)
    link = f"{two.site.url}/rooms/{two.general}/?message=30"
    await two.site.database(post, two.random, two.bob.id, f"see {link}")
    hers = await open_room(two.ada, two.random)
    await hers.page.evaluate("window.same = true")
    await hers.page.get_by_role("link", name=link).click()
    await hers.is_in("general")
    await expect(hers.page.locator("#m-30")).to_be_in_viewport()
    await expect(hers.button("Jump to latest")).to_be_visible()
    await hers.page.go_back()
    await hers.is_in("random")
    await hers.page.go_forward()
    await hers.is_in("general")
    assert await hers.page.evaluate("window.same")
    await hers.sends("from far above")
    await expect(hers.message("from far above")).to_be_in_viewport()
    await expect(hers.message("number 0199")).to_be_in_viewport()
