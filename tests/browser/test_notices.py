"""Notifications about rooms, in the windows of the author and of the recipient."""

import re

import pytest
from django.contrib.auth import get_user_model
from playwright.async_api import expect

from chat import services
from tests.browser.bells import SOON_MILLISECONDS, Bell
from tests.browser.window import open_room

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def invite(by_id: int, user_id: int) -> int:
    """Invite a user to a private room, and return its id."""
    by, user = (get_user_model().objects.get(pk=pk) for pk in (by_id, user_id))
    room = services.create_room(by, kind="private", name="founders")
    services.invite(room, by, [user])
    return room.pk


async def test_a_mention_notifies_and_opens_its_message(two):
    hers = await open_room(two.ada, two.random)
    bell = Bell(hers.page)
    his = await open_room(two.bob, two.general)
    await his.writes("hi @ada, **look**")
    await his.sees("hi @ada, look")
    await bell.shows(1, timeout=SOON_MILLISECONDS)
    await bell.opens()
    await expect(bell.row("bob mentioned you in #general")).to_contain_text("hi @ada, look")
    await bell.row("bob mentioned you").get_by_role("link").first.click()
    await hers.is_in("general")
    await expect(hers.message("hi @ada")).to_be_visible()
    await bell.shows(0)


async def test_an_edit_and_a_deletion_change_the_notification(two):
    hers = await open_room(two.ada, two.random)
    bell = Bell(hers.page)
    his = await open_room(two.bob, two.general)
    await his.sends("hi @ada!")
    await bell.shows(1)
    await bell.opens()
    await his.page.keyboard.press("ArrowUp")
    await his.editor.fill("hello @ada!")
    await his.page.keyboard.press("Enter")
    await expect(bell.row("bob mentioned you")).to_contain_text("hello @ada!")
    await his.deletes("hello @ada!")
    await expect(bell.rows).to_have_count(0)
    await bell.shows(0)


async def test_members_with_the_permission_can_mention_the_room(two):
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.random)
    bell = Bell(his.page)
    await hers.composer.press_sequentially("cake, @ro")
    await expect(hers.page.get_by_role("option", name="Everyone")).to_be_visible()
    await hers.page.keyboard.press("Enter")
    await hers.page.keyboard.press("Enter")
    await expect(hers.message("cake, @room").locator(".mention.everybody")).to_be_visible()
    await bell.shows(1)
    await expect(his.count("general")).to_have_class(re.compile("you"))
    await his.goes_to("general")
    await expect(his.message("cake, @room")).to_have_class(re.compile("mentions-me"))
    await his.composer.fill("@ro")
    await expect(his.page.get_by_role("option")).to_have_count(0)


async def test_opening_the_room_reads_its_invitation(two):
    hers = await open_room(two.ada, two.general)
    bell = Bell(hers.page)
    await two.site.database(invite, two.bob.id, two.ada.id)
    await bell.shows(1)
    await expect(hers.room("founders")).to_be_visible()
    await hers.goes_to("founders")
    await bell.shows(0)
