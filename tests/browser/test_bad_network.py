"""Broken connections: no message is lost."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.offline import has_kept
from tests.browser.past import archive, own_server, post
from tests.browser.window import open_room

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@own_server
async def test_messages_from_an_outage_are_sent_once_in_order(two):
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    two.ada.forgives_a_broken_line()
    two.bob.forgives_a_broken_line()
    await hers.sends("before")
    two.site.servers[0].kill()
    await expect(hers.line).to_contain_text("Unsent messages are saved.")
    await expect(hers.page.locator(".self .avatar")).to_have_attribute("data-presence", "offline")
    await expect(hers.page.locator(".member", has_text="ada")).to_have_class(re.compile("offline"))
    for text in ("first kept", "second kept"):
        await hers.writes(text)
        await expect(hers.message(text)).to_have_class(re.compile("pending"))
    await two.site.servers[0].starts()
    await hers.page.reload()
    await his.is_back()
    await expect(hers.pending).to_have_count(0)
    await his.sees("second kept")
    await expect(his.messages).to_have_text([re.compile(text) for text in ("before", "first kept", "second kept")])


@own_server
async def test_offline_is_shown_and_reconnection_is_immediate(two):
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    two.ada.forgives_a_broken_line()
    await two.ada.context.set_offline(True)
    two.site.servers[0].kill()
    two.bob.forgives_a_broken_line()
    await expect(hers.line).to_contain_text("Unsent messages are saved.")
    await hers.writes("kept")
    await two.site.servers[0].starts()
    await two.ada.context.set_offline(False)
    await his.is_back()
    await his.sees("kept")
    await expect(hers.line).to_be_empty()


async def test_a_visited_room_works_offline(two):
    await two.site.database(post, two.random, two.bob.id, "read a minute ago")
    hers = await open_room(two.ada, two.general)
    two.ada.forgives_a_broken_line()
    await hers.goes_to("random")
    await hers.sees("read a minute ago")
    await hers.goes_to("general")
    await has_kept(hers.page, two.random)
    await hers.page.reload()
    await hers.is_back()
    await two.ada.context.set_offline(True)
    await hers.goes_to("random")
    await hers.sees("read a minute ago")
    await expect(hers.page.locator("member-list")).to_contain_text("Unknown while offline")
    await hers.writes("from the tunnel")
    await expect(hers.message("from the tunnel")).to_have_class(re.compile("pending"))
    await two.site.database(post, two.random, two.bob.id, "said meanwhile")
    await two.ada.takes_picture("offline-room")
    await two.ada.context.set_offline(False)
    await hers.is_back()
    await expect(hers.pending).to_have_count(0)
    order = [re.compile(text) for text in ("read a minute ago", "said meanwhile", "from the tunnel")]
    await expect(hers.messages).to_have_text(order)


async def test_offline_is_shown_at_the_offline_event(two):
    hers = await open_room(two.ada, two.general)
    two.ada.forgives_a_broken_line()
    await two.ada.context.set_offline(True)
    await expect(hers.line).to_contain_text("You're offline", timeout=2_000)
    await expect(hers.page.locator("[data-state]")).to_have_text("Not connected")
    await hers.writes("kept")
    await expect(hers.message("kept")).to_have_class(re.compile("pending"))
    await two.ada.context.set_offline(False)
    await hers.is_back()
    await expect(hers.pending).to_have_count(0)
    await hers.sees("kept")


@own_server
async def test_a_refused_message_can_be_discarded(two):
    hers = await open_room(two.ada, two.general)
    two.ada.forgives_a_broken_line()
    two.site.servers[0].kill()
    await expect(hers.line).to_contain_text("Unsent messages are saved.")
    await hers.writes("too late")
    await two.site.database(archive, two.general)
    await two.site.servers[0].starts()
    await hers.is_back()
    refused = hers.message("too late")
    await expect(refused).to_contain_text("Not sent.")
    await refused.get_by_role("button", name="Discard").click()
    await expect(refused).to_have_count(0)
