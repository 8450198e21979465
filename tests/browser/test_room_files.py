"""The list of a room's files, and the menu of a file there and in its message."""

import re

import pytest
from django.contrib.auth import get_user_model
from playwright.async_api import expect

from chat.models import Room
from tests.browser.eyes import fits, is_accessible
from tests.browser.shown_files import file, image, post_files, serve_files
from tests.browser.test_first_look import without_script
from tests.browser.waiting import until
from tests.browser.window import open_room
from tests.chat.talk import post
from tests.files.rows import stored_file
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
COPIED = "() => navigator.clipboard.readText()"
LISTED = [
    ("plans.pdf", "other", "application/pdf", {}),
    ("W" * 200 + ".txt", "text", "text/plain", {}),
    ("קובץ ארוך מאוד.zip", "other", "application/zip", {}),
    ("song.mp3", "audio", "audio/mpeg", {"duration": 65.2}),
    ("voice.webm", "audio", "audio/webm", {"duration": 4, "voice": True}),
    ("film.mp4", "video", "video/mp4", {"width": 640, "height": 480, "duration": 3_723}),
    ("harbour.jpg", "image", "image/jpeg", {"width": 160, "height": 100}),
]


def send_all(room_id: int, *author_ids: int) -> None:
    """Post a message with each of these files, by the authors in turn."""
    room = Room.objects.get(pk=room_id)
    for index, (name, kind, content_type, facts) in enumerate(LISTED):
        author = get_user_model().objects.get(pk=author_ids[index % len(author_ids)])
        post(room, author, files=[stored_file(author, name, kind=kind, content_type=content_type, facts=facts)])


async def test_the_list_and_its_menu(two):
    await serve_files(two.ada.context)
    await two.site.database(send_all, two.general, two.ada.id, two.bob.id)
    page = (await open_room(two.ada, two.general)).page
    await page.get_by_role("complementary").get_by_role("link", name="Files in this room").click()
    rows = page.locator(".room-files > li")
    await expect(rows).to_have_count(len(LISTED))
    await expect(rows.first).to_contain_text("harbour.jpg")
    await until(page, "() => document.querySelector('.file-sign img').naturalWidth")
    await is_accessible(page)
    await page.get_by_label("Sent by").select_option(label=two.bob.username)
    await page.get_by_role("button", name="Show").click()
    await expect(rows).to_have_count(3)
    await page.get_by_role("link", name="Audio and video 2").click()
    await expect(rows).to_have_count(2)

    await two.ada.context.grant_permissions(["clipboard-read", "clipboard-write"])
    more = page.get_by_role("button", name="Actions for song.mp3")
    await more.focus()
    await page.keyboard.press("Enter")
    menu = page.get_by_role("menu", name="Actions for song.mp3")
    await expect(menu.get_by_role("menuitem", name="Download")).to_have_attribute("download", "song.mp3")
    await is_accessible(page)
    await menu.get_by_role("menuitem", name="Copy link").click()
    await expect(page.get_by_text("Link copied.")).to_be_visible()
    assert re.search(r"/files/[0-9a-f-]{36}/song\.mp3$", await page.evaluate(COPIED))
    await expect(more).to_be_focused()
    await more.click()
    await menu.get_by_role("menuitem", name="Go to message").click()
    await expect(page.locator("article.flash message-files")).to_contain_text("song.mp3")


async def test_the_menu_of_a_file_in_its_message(two):
    await serve_files(two.ada.context)
    await two.site.database(post_files, two.general, two.bob.id, image(), file("plans.pdf"), text="look")
    await two.ada.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = (await open_room(two.ada, two.general)).page
    await page.get_by_role("link", name="harbour.jpg").hover()
    await page.get_by_role("button", name="Actions for harbour.jpg").click()
    opens = page.get_by_role("menuitem", name="Open in a new tab")
    await expect(opens).to_have_attribute("target", "_blank")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Actions for plans.pdf").click()
    await expect(opens).to_have_count(0)
    await page.get_by_role("menuitem", name="Copy link").click()
    await expect(page.get_by_text("Link copied.")).to_be_visible()
    assert re.search(r"/files/[0-9a-f-]{36}/plans\.pdf$", await page.evaluate(COPIED))


async def test_the_list_on_a_phone_and_in_the_dark_without_a_script(two):
    await two.site.database(send_all, two.general, two.ada.id, two.bob.id)
    for path in (f"/rooms/{two.general}/files/", f"/rooms/{two.random}/files/"):
        page = await without_script(two.ada, path, color_scheme="dark", **PHONE)
        await expect(page.get_by_role("link", name="Files", exact=True)).to_have_attribute("aria-current", "page")
        await fits(page)
        await expect(page.get_by_role("button", name="Actions")).to_have_count(0)
    await expect(page.get_by_role("heading", name="No files yet")).to_be_visible()
    page = await without_script(two.ada, f"/rooms/{two.general}/files/", **PHONE)
    await page.get_by_role("link", name="Go to the message with plans.pdf").tap()
    await expect(page.locator("article", has_text="plans.pdf")).to_be_in_viewport()
