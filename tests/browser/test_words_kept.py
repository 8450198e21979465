"""Typed text survives events around it, and can be edited."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import expect

from chat import services
from chat.models import Membership, Message, Room
from tests.browser.past import texts
from tests.browser.window import open_room, open_tab

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def remove_member(room_id: int, owner_id: int, member_id: int) -> None:
    from django.contrib.auth import get_user_model

    people = get_user_model().objects
    services.remove_member(Room.objects.get(pk=room_id), people.get(pk=owner_id), people.get(pk=member_id))


async def test_an_unsaved_edit_survives_room_switches_and_other_edits(two):
    hers = await open_room(two.ada, two.general)
    await hers.sends("one")
    await hers.sends("two")
    await hers.page.keyboard.press("ArrowUp")
    await expect(hers.editor).to_be_focused()
    await hers.editor.fill("two, changed")
    await hers.chooses("one", "Edit")
    await expect(hers.editor.first).to_be_focused()
    await hers.editor.first.fill("one, changed")
    await hers.goes_to("random")
    await hers.goes_to("general")
    await expect(hers.editor.first).to_have_value("one, changed")
    await expect(hers.editor.last).to_have_value("two, changed")
    await hers.page.reload()
    await expect(hers.editor.first).to_have_value("one, changed")
    await hers.editor.first.press("Enter")
    await expect(hers.message("one, changed").locator("message-body")).to_be_visible()
    await hers.editor.press("Enter")
    await expect(hers.message("two, changed").locator("message-body")).to_be_visible()
    assert await two.site.database(texts, two.general) == ["one, changed", "two, changed"]


async def test_an_edit_of_a_deleted_message_keeps_its_text(two):
    hers = await open_room(two.ada, two.general)
    await hers.sends("regretted elsewhere")
    await hers.page.keyboard.press("ArrowUp")
    await hers.editor.fill("much better words")
    id = await two.site.database(lambda: Message.objects.get(text="regretted elsewhere").pk)
    async with two.ada.person.connect() as connection:
        await connection.subscribe(f"room.{two.general}")
        await connection.does("message.delete", f"room.{two.general}", id=id)
    await expect(hers.page.get_by_role("alert")).to_contain_text("deleted while you edited it")
    await hers.button("Move to a new message").click()
    await expect(hers.composer).to_have_value("much better words")
    await expect(hers.page.locator(".gone")).to_be_visible()


async def test_an_edit_can_load_the_text_again(two):
    hers = await open_room(two.ada, two.general)
    await hers.sends("as it was")
    two.ada.forgives_a_broken_line()
    await two.ada.context.set_offline(True)
    await hers.page.keyboard.press("ArrowUp")
    await expect(hers.message("as it was").get_by_role("alert")).to_contain_text("Can't reach the server.")
    await two.ada.context.set_offline(False)
    await hers.button("Try again").click()
    await expect(hers.editor).to_have_value("as it was")


async def test_a_refused_message_can_be_edited(two):
    hers = await open_room(two.ada, two.general)
    await hers.composer.evaluate("area => (area.value = 'co\\x02operate')")
    await hers.composer.dispatch_event("input")
    await hers.composer.press("Enter")
    await hers.composer.fill("begun meanwhile")
    await hers.button("Edit").click()
    await expect(hers.composer).to_be_focused()
    await expect(hers.composer).to_have_value("co\x02operate\nbegun meanwhile")
    await expect(hers.pending).to_have_count(0)
    await hers.composer.fill("cooperate")
    await hers.composer.press("Enter")
    await hers.sees("cooperate")


async def test_two_windows_share_one_draft_and_send_it_once(two):
    hers = await open_room(two.ada, two.general)
    beside = await open_tab(two.ada, two.general)
    await hers.composer.fill("abc")
    await expect(beside.composer).to_have_value("abc")
    await beside.composer.press("Enter")
    await beside.sees("abc")
    await expect(hers.composer).to_have_value("")
    await hers.composer.fill("only here")
    await expect(beside.composer).to_have_value("only here")
    await hers.page.reload()
    await expect(hers.composer).to_have_value("only here")
    assert await two.site.database(texts, two.general) == ["abc"]


async def test_a_removed_member_gets_their_unsent_text(two):
    his = await open_room(two.bob, two.general)
    await his.composer.fill("I was about to say")
    await two.site.database(remove_member, two.general, two.ada.id, two.bob.id)
    await his.is_in("random")
    await expect(his.dialog).to_contain_text("You're no longer in that room")
    await expect(his.dialog).to_contain_text("I was about to say")
    await his.button("Close").click()
    assert not await two.site.database(
        lambda: Membership.objects.filter(room=two.general, user=two.bob.id, active=True).exists()
    )


async def test_completion_and_formatting_work_in_composer_and_editor(two):
    hers = await open_room(two.ada, two.general)
    keys = hers.page.keyboard
    await hers.composer.fill("one\ntwo")
    for press, text in (
        ("Control+b", "**one**\n**two**"),
        ("Control+z", "one\ntwo"),
        ("Control+Shift+c", "```\none\ntwo\n```"),
        ("Control+z", "one\ntwo"),
    ):
        await keys.press("Control+a") if press != "Control+z" else None
        await keys.press(press)
        await expect(hers.composer).to_have_value(text)
    await hers.composer.fill("")
    await keys.press("Control+i")
    await keys.type("so")
    await expect(hers.composer).to_have_value("*so*")
    await hers.composer.fill("")
    await hers.sends("hello")
    await keys.press("ArrowUp")
    await expect(hers.editor).to_be_focused()
    await hers.page.keyboard.type(" @bo")
    await expect(hers.page.get_by_role("option")).to_contain_text(["bob"])
    await hers.page.keyboard.press("Enter")
    await expect(hers.editor).to_have_value("hello @bob ")
    await expect(hers.page.get_by_role("option")).to_have_count(0)
    await keys.press("Control+Shift+ArrowLeft")
    await keys.press("Control+z")
    await expect(hers.editor).to_have_value("hello @bo")
    await hers.editor.fill("hello @bob ")
    await hers.editor.evaluate("area => area.setSelectionRange(0, 5)")
    await keys.press("Control+b")
    await expect(hers.editor).to_have_value("**hello** @bob ")
    await keys.press("Enter")
    await expect(hers.message("hello").locator(".mention")).to_be_visible()
    await expect(hers.message("hello").locator("strong", has_text="hello")).to_be_visible()


async def test_after_midnight_today_is_yesterday(two):
    today = datetime.now(UTC)
    await two.ada.page.clock.install(time=today.replace(hour=23, minute=59, second=50))
    hers = await open_room(two.ada, two.general)
    await hers.sends("late")
    day = hers.log.get_by_role("heading")
    await expect(day.last).to_have_text("Today")
    await two.ada.page.clock.fast_forward(15_000)
    await expect(day.last).to_have_text("Yesterday")
