"""Searching, from the room and on the search page: by keyboard, on a phone, as one scrolls."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.eyes import fits, is_accessible, shows_focus, suits_a_finger
from tests.browser.past import join, post, post_many
from tests.browser.shown_files import file, image, post_files
from tests.browser.window import open_room
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def remove(room_id: int, ada_id: int, user_id: int) -> None:
    from django.contrib.auth import get_user_model

    from chat import services
    from chat.models import Room

    people = get_user_model().objects
    Room.objects.filter(pk=room_id).update(kind=Room.Kind.PRIVATE)
    services.remove_member(Room.objects.get(pk=room_id), people.get(pk=ada_id), people.get(pk=user_id))


async def test_the_switcher_finds_what_was_just_posted_and_opens_the_room_there(two):
    await two.site.database(post, two.general, two.ada.id, "the green toaster")
    await two.site.database(post_many, two.general, two.ada.id, 80)
    his = await open_room(two.bob, two.random)
    keys, options = his.page.keyboard, his.dialog.get_by_role("option")
    await keys.press("Control+K")
    await keys.type("oast")
    await expect(options).to_have_count(2)
    await expect(options.first.locator("mark")).to_have_text("oast")
    await keys.press("Enter")
    await his.is_in("general")
    await expect(his.message("the green toaster")).to_be_in_viewport()


async def test_ctrl_f_searches_the_open_room_and_closes_again(two):
    await two.site.database(post, two.general, two.ada.id, "toast here")
    await two.site.database(post, two.random, two.ada.id, "toast there")
    his = await open_room(two.bob, two.general)
    keys, options = his.page.keyboard, his.dialog.get_by_role("option")
    await keys.press("Control+f")
    await expect(his.dialog.get_by_role("combobox")).to_have_value("in:#general ")
    await keys.type("toast")
    await expect(options).to_have_count(2)
    await expect(options.first).to_contain_text("toast here")
    await keys.press("Control+f")
    await expect(his.dialog).to_have_count(0)


async def test_filters_are_completed_in_the_switcher_and_files_are_found(two):
    await two.site.database(post, two.general, two.ada.id, "toast of Ada")
    await two.site.database(post, two.random, two.bob.id, "toast of Bob")
    await two.site.database(post_files, two.general, two.ada.id, file("toaster.pdf"))
    his = await open_room(two.bob, two.general)
    keys, options, box = his.page.keyboard, his.dialog.get_by_role("option"), his.dialog.get_by_role("combobox")
    await keys.press("Control+K")
    await keys.type("toast fr")
    await his.dialog.get_by_role("option", name="from:").click()
    await expect(box).to_have_value("toast from:")
    await keys.type("@a")
    await expect(options.first).to_contain_text("from:@ada")
    await keys.press("Tab")
    await expect(box).to_have_value("toast from:@ada ")
    await expect(options).to_have_count(3)
    await expect(options.first.locator(".switcher-file mark")).to_have_text("toast")
    await expect(options.nth(1)).to_contain_text("toast of Ada")
    await is_accessible(his.page)
    await his.dialog.get_by_role("button", name="Remove from:@ada").click()
    await expect(box).to_have_value("toast ")
    await expect(options).to_have_count(4)
    await keys.type("from:nobody in:nowhere zebra")
    await expect(his.dialog.get_by_role("status")).to_have_text(
        "Nobody has the username “nobody”. You are in no room with the name “nowhere”."
    )
    await box.fill("zebra")
    await expect(his.dialog.get_by_role("status")).to_have_text("No messages found. Try fewer or shorter words.")


async def test_a_search_is_typed_by_keyboard_and_its_parts_are_removed(two):
    await two.site.database(post, two.general, two.ada.id, "toast of Ada")
    await two.site.database(post, two.general, two.bob.id, "toast of Bob")
    page = await two.bob.opens("/notifications/")
    keys, box, options = page.keyboard, page.locator("#search-query"), page.get_by_role("option")
    await keys.press("/")
    await expect(box).to_be_focused()
    await keys.type("toast fr")
    await expect(options).to_have_text([re.compile("from:")])
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await expect(options).to_have_count(3)
    await keys.type("@a")
    await expect(options).to_have_text([re.compile("from:@ada")])
    await keys.press("ArrowDown")
    await keys.press("Tab")
    await expect(box).to_have_value("toast from:@ada ")
    await keys.press("Enter")
    await expect(page.locator(".result")).to_have_text([re.compile("toast of Ada")])
    await page.get_by_role("link", name="Remove from:@ada").click()
    await expect(page.locator(".result")).to_have_count(2)
    await expect(page).to_have_url(re.compile(r"\?q=toast$"))
    await page.locator("body").click(position={"x": 2, "y": 300})
    await keys.press("/")
    await expect(box).to_be_focused()


async def test_results_load_as_one_scrolls_and_the_arrows_lead_through_them(two):
    await two.site.database(post_many, two.general, two.ada.id, 50)
    page = await two.bob.opens("/search/?q=number")
    results, keys = page.locator(".result"), page.keyboard
    await expect(results.first).to_contain_text("number 0049")
    for count in (40, 50):
        await page.evaluate("scrollTo(0, document.body.scrollHeight)")
        await expect(results).to_have_count(count)
    await expect(page.get_by_role("link", name="Older messages")).to_have_count(0)
    await page.locator("#search-query").focus()
    await keys.press("ArrowDown")
    await keys.press("ArrowDown")
    await shows_focus(results.nth(1))
    await keys.press("ArrowUp")
    await expect(results.first).to_be_focused()
    await keys.press("Enter")
    await expect(page).to_have_url(re.compile(f"/rooms/{two.general}/"))


async def test_a_public_room_is_previewed_at_the_message_that_was_found(people, two):
    await two.site.database(post, two.general, two.ada.id, "the green toaster")
    await two.site.database(post_many, two.general, two.ada.id, 80)
    eve = await people("eve")
    page = await eve.opens("/search/?q=toaster")
    await page.locator(".result").click()
    await expect(page.locator("article", has_text="the green toaster")).to_be_in_viewport()


async def test_who_was_removed_finds_nothing(two):
    await two.site.database(post, two.general, two.ada.id, "a secret toaster")
    page = await two.bob.opens("/search/?q=toaster")
    await expect(page.locator(".result")).to_have_count(1)
    await two.site.database(remove, two.general, two.ada.id, two.bob.id)
    await page.reload()
    await expect(page.get_by_role("heading", name="No messages found")).to_be_visible()


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, PHONE], ids=["light", "dark", "phone"])
async def test_every_state_is_accessible_and_fits(people, two, options):
    eve = await people("eve", **options)
    await two.site.database(join, eve.id, two.general, two.random)
    await two.site.database(post, two.general, two.bob.id, "general " + "W" * 200, "in general: https://example.org")
    await two.site.database(post_files, two.general, two.bob.id, image(name="general " + "W" * 190 + ".jpg"), image())
    for query in (
        "",
        "?q=general",
        "?q=general&order=best",
        "?q=nothing+from%3Aada",
        "?q=from%3Anobody",
        "?q=bob",
        "?q=has%3Afile",
    ):
        page = await eve.opens(f"/search/{query}")
        await is_accessible(page)
        await fits(page)
        if options is PHONE:
            await suits_a_finger(page)
    await page.locator("#search-query").fill("from:")
    await expect(page.get_by_role("option").first).to_be_visible()
    await is_accessible(page)
    await fits(page)
