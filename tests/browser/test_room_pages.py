"""The pages around the chat: by keyboard, on a phone, with a screen reader."""

import re

import pytest
from playwright.async_api import expect

from accounts import services
from accounts.models import User
from tests.browser.eyes import fits, is_accessible
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


async def make_room(visitor, name: str, kind: str = "public") -> str:
    """Make a room and return its path."""
    answer = await visitor.person.submits("/rooms/new/", name=name, kind=kind, topic="What it is for")
    assert answer.status == 302, answer.text
    return answer.headers["Location"]


def make_token(user_id: int) -> None:
    services.make_token(User.objects.get(pk=user_id), "W" * 60)


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, PHONE], ids=["light", "dark", "phone"])
async def test_every_page_is_accessible_and_fits(people, options):
    ada, bob = await people("ada", **options), await people("bob", **options)
    path, long = await make_room(ada, "general"), await make_room(ada, "W" * 80)
    await ada.person.site.database(make_token, ada.person.id)
    of_rooms = ("/rooms/", "/rooms/new/", "/direct/new/")
    of_hers = (f"{path}settings/", f"{path}invite/", f"{long}settings/", f"{long}invite/", "/accounts/profile/")
    of_hers += ("/accounts/password/change/",)
    for own in (*of_rooms, *of_hers):
        page = await ada.opens(own)
        await is_accessible(page)
        await fits(page)
    for seen in ("/rooms/", "/rooms/?q=nothing", "/rooms/?show=archived", path, long):
        page = await bob.opens(seen)
        await is_accessible(page)
        await fits(page)


async def test_people_are_chosen_by_keyboard(people):
    ada = await people("ada")
    for name in ("bob", "eve", "zoe"):
        await people(name)
    page = await ada.opens("/direct/new/")
    rows, chips = page.locator(".person-row"), page.locator(".chip")
    await expect(rows).to_have_count(3)

    await page.get_by_role("searchbox").press_sequentially("zo")
    await expect(rows).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(chips).to_have_text([re.compile("zoe")])
    await expect(rows).to_have_count(3)

    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Space")
    await expect(chips).to_have_count(2)
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Backspace")
    await expect(chips).to_have_text([re.compile("zoe")])

    await page.get_by_role("searchbox").press_sequentially("nobody")
    await expect(page.get_by_text("No people found.")).to_be_visible()
    await page.get_by_role("button", name="Start conversation").press("Enter")
    await expect(page).to_have_url(re.compile(r"/rooms/\d+/$"))


async def test_removing_a_member_asks_first_and_can_be_cancelled(people):
    ada, bob = await people("ada"), await people("bob")
    path = await make_room(ada, "general")
    await bob.person.submits(f"{path}join/")
    page = await ada.opens(f"{path}settings/")

    await page.get_by_label("Manage bob").click()
    await page.get_by_role("button", name="Remove from room").click()
    question = page.get_by_role("dialog", name="Remove bob?")
    await expect(question.get_by_role("button", name="Cancel")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(question).to_have_count(0)
    await expect(page.get_by_label("Manage bob")).to_be_visible()

    await page.get_by_role("button", name="Remove from room").click()
    await question.get_by_role("button", name="Remove", exact=True).click()
    await expect(page.get_by_text("bob is no longer in the room.")).to_be_visible()


async def test_the_pages_work_without_scripts(people):
    ada, bob = await people("ada", java_script_enabled=False), await people("bob", java_script_enabled=False)
    path = await make_room(ada, "general")
    page = await bob.opens("/rooms/")
    await page.get_by_role("button", name="Join general").click()
    await expect(page).to_have_url(re.compile(path))

    page = await ada.opens("/direct/new/")
    await page.get_by_label("bob").check()
    await page.get_by_role("searchbox").fill("nobody")
    await page.get_by_role("button", name="Search").click()
    await expect(page.get_by_label("bob")).to_be_checked()

    page = await ada.opens(f"{path}settings/")
    await page.get_by_role("button", name="Archive room").click()
    await expect(page.get_by_role("heading", name="Archive general?")).to_be_visible()
    await page.get_by_role("button", name="Archive").click()
    await expect(page.get_by_text("The room is archived.")).to_be_visible()


async def test_an_invitation_from_a_room_returns_to_it(people):
    ada = await people("ada")
    await people("eve")
    path = await make_room(ada, "general", "private")
    page = await ada.opens(path)
    await page.get_by_role("link", name="Invite people").first.click()
    await page.locator(".person-row", has_text="eve").click()
    await page.get_by_role("button", name="Invite").click()
    await expect(page).to_have_url(re.compile(f"{path}$"))
    notice = page.locator("[data-notice] p")
    await expect(notice).to_have_text("eve is now in the room.")
    await expect(notice).to_have_count(0)
