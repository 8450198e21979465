"""Ctrl+K: rooms and people by a few letters."""

import pytest
from playwright.async_api import expect

from chat import services
from tests.browser.window import open_room

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def make_public_room(owner_id: int, name: str) -> None:
    from django.contrib.auth import get_user_model

    services.create_room(get_user_model().objects.get(pk=owner_id), kind="public", name=name)


async def test_the_switcher_finds_rooms_that_are_not_joined(two):
    await two.site.database(make_public_room, two.ada.id, "help desk archive")
    his = await open_room(two.bob, two.random)
    keys, options = his.page.keyboard, his.dialog.get_by_role("option")
    await keys.press("Control+K")
    await keys.type("desk")
    await expect(options).to_have_text(
        ["help desk archive not joined", "All messages with “desk”"], use_inner_text=True
    )
    await keys.press("Control+A")
    await keys.type("gen")
    await expect(options).to_have_text(["general", "All messages with “gen”"], use_inner_text=True)
    await keys.press("Control+A")
    await keys.type("desk")
    await expect(options).to_have_count(2)
    await expect(options.first).to_contain_text("not joined")
    await keys.press("Enter")
    await expect(his.page.locator("h1")).to_contain_text("help desk archive")


async def test_an_error_in_a_page_reaches_the_log(two):
    his = await open_room(two.bob, two.general)
    two.bob.forgives("a test's own error")
    async with his.page.expect_response("**/page-errors.json") as response:
        await his.page.evaluate('setTimeout(() => { throw new Error("a test\'s own error") })')
    assert (await response.value).ok
    assert "A page's script failed: Uncaught Error: a test's own error (/rooms/N/" in two.site.log
    assert any("a test's own error" in problem for problem in two.bob.problems)
