"""Signing out on a shared computer: all data of the user is removed, after a question about unsent messages."""

import re

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from accounts.models import User
from accounts.services import end_sessions
from tests.browser.eyes import fits, is_accessible, shows_focus, suits_a_finger
from tests.browser.line import take_line
from tests.browser.offline import has_kept
from tests.browser.past import texts
from tests.browser.window import open_room, open_tab
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOGIN = re.compile("/accounts/login/")
# The stored data of this origin, except preferences that belong to no user.
STORED = """
async () => [
  ...Object.keys(localStorage), ...Object.keys(sessionStorage), ...(await caches.keys()),
  ...(await indexedDB.databases()).map(({ name }) => name),
  ...(await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope),
]
"""


async def signs_out(page: Page) -> None:
    await page.get_by_role("button", name="account menu").click()
    await page.get_by_role("button", name="Sign out", exact=True).click()


async def nothing_is_left(page: Page) -> None:
    await expect(page).to_have_url(LOGIN)
    await page.wait_for_load_state()
    assert await page.evaluate(STORED) == []


@pytest_asyncio.fixture(loop_scope="session")
async def alone(two):
    """Return Ada in `general` with a switch for her WebSockets. It forgives 401, the response after a sign-out."""
    two.line = await take_line(two.ada.context)
    two.ada.forgives("401", "403", "HTTP Authentication failed")
    two.window = await open_room(two.ada, two.general)
    return two


async def test_a_sign_out_without_unsent_messages_asks_nothing(alone):
    await alone.window.sends("hi")
    await has_kept(alone.window.page, alone.general)
    await signs_out(alone.window.page)
    await nothing_is_left(alone.window.page)
    await expect(alone.window.page.locator("[data-unsent]")).to_be_hidden()


async def test_a_draft_is_asked_about_and_stays_with_its_author(alone):
    window = alone.window
    await window.composer.fill("the price is 41 million")
    await signs_out(window.page)
    await expect(window.dialog).to_have_accessible_name("You have a draft")
    await shows_focus(window.dialog.get_by_role("button", name="Stay signed in"))
    await is_accessible(window.page)
    await window.page.keyboard.press("Escape")
    await expect(window.dialog).to_have_count(0)
    await window.page.reload()
    await expect(window.composer).to_have_value("the price is 41 million")
    await signs_out(window.page)
    await shows_focus(window.dialog.get_by_role("button", name="Stay signed in"))
    await window.page.keyboard.press("Tab")
    await window.page.keyboard.press("Enter")
    await nothing_is_left(window.page)


async def test_unsent_messages_can_be_sent_before_signing_out(alone):
    window, line = alone.window, alone.line
    await line.cuts()
    await expect(window.line).to_contain_text("Unsent messages are saved.")
    for text in ("first", "second"):
        await window.writes(text)
    await signs_out(window.page)
    await expect(window.dialog).to_have_accessible_name("You have 2 unsent messages")
    await line.restores()
    await window.dialog.get_by_role("button", name="Send").click()
    await nothing_is_left(window.page)
    assert await alone.site.database(texts, alone.general) == ["first", "second"]


async def test_unsent_messages_can_be_discarded(alone):
    window, line = alone.window, alone.line
    await line.cuts()
    await expect(window.line).to_contain_text("Unsent messages are saved.")
    await window.writes("too late")
    await window.composer.fill("and a draft")
    await signs_out(window.page)
    await expect(window.dialog).to_contain_text("You also have a draft.")
    await window.dialog.get_by_role("button", name="Sign out and discard").click()
    await nothing_is_left(window.page)
    assert await alone.site.database(texts, alone.general) == []


async def test_other_pages_ask_about_unsent_messages(alone):
    await alone.window.composer.fill("the price is 41 million")
    page = await alone.ada.opens("/accounts/profile/")
    await page.get_by_role("button", name="Sign out everywhere").click()
    dialog = page.get_by_role("dialog", name="You have a draft")
    await is_accessible(page)
    await dialog.get_by_role("button", name="Sign out and discard").click()
    await nothing_is_left(page)


async def test_the_sign_out_page_asks_about_a_draft(alone):
    await alone.window.composer.fill("the price is 41 million")
    page = await alone.ada.opens("/accounts/logout/")
    await page.get_by_role("button", name="Sign out").click()
    await page.get_by_role("dialog").get_by_role("button", name="Sign out and discard").click()
    await nothing_is_left(page)


async def test_a_sign_out_in_one_tab_signs_out_all(alone):
    other = await open_tab(alone.ada, alone.random)
    profile = await alone.ada.opens_tab("/accounts/profile/")
    await signs_out(alone.window.page)
    for page in (other.page, profile, alone.window.page):
        await nothing_is_left(page)


async def test_without_a_server_the_user_stays_signed_in(alone):
    window = alone.window
    alone.ada.forgives_a_broken_line()
    await window.composer.fill("the price is 41 million")
    await window.page.route("**/accounts/logout/", lambda route: route.abort())
    await signs_out(window.page)
    await window.dialog.get_by_role("button", name="Sign out and discard").click()
    await expect(window.page.get_by_text("You're still signed in.")).to_be_visible()
    await window.page.reload()
    await expect(window.composer).to_have_value("the price is 41 million")


def end_all(user_id: int) -> None:
    end_sessions(User.objects.get(pk=user_id))


async def sign_in(two, username: str) -> None:
    person = await two.site.person(username)
    await two.ada.context.add_cookies(
        [{"name": "sessionid", "value": person.session_key, "url": two.site.servers[0].url}]
    )


@pytest_asyncio.fixture(loop_scope="session")
async def ended(alone):
    """End Ada's session elsewhere, while she has a draft and an unsent message."""
    await alone.line.cuts()
    await expect(alone.window.line).to_contain_text("Unsent messages are saved.")
    await alone.window.writes("unsent")
    await alone.window.composer.fill("a draft")
    await alone.site.database(end_all, alone.ada.id)
    await alone.line.restores()
    await expect(alone.window.page).to_have_url(LOGIN)
    return alone


async def test_after_an_ended_session_its_user_finds_unsent_messages(ended):
    page = ended.window.page
    await expect(page.locator("[data-unsent]")).to_contain_text("This browser has unsent messages.")
    await is_accessible(page)
    await sign_in(ended, "ada")
    window = await open_room(ended.ada, ended.general)
    await expect(window.composer).to_have_value("a draft")
    await expect(window.message("unsent").locator("message-body")).to_be_visible()
    assert await ended.site.database(texts, ended.general) == ["unsent"]


async def test_after_an_ended_session_another_user_finds_nothing(ended):
    await sign_in(ended, "bob")
    window = await open_room(ended.ada, ended.general)
    await expect(window.composer).to_have_value("")
    await expect(window.pending).to_have_count(0)
    await window.sends("I am Bob")
    stored = await window.page.evaluate(STORED)
    assert not [name for name in stored if re.search(rf"draft\.{ended.ada.id}\.|^hubbub-{ended.ada.id}$", name)]
    assert await ended.site.database(texts, ended.general) == ["I am Bob"]


async def test_after_an_ended_session_unsent_messages_can_be_deleted(ended):
    page = ended.window.page
    await page.get_by_role("button", name="Delete now").click()
    await expect(page.locator("[data-unsent]")).to_have_text("Deleted.")
    await nothing_is_left(page)


@pytest.mark.parametrize(
    "name, options",
    [("light", {}), ("dark", {"color_scheme": "dark"}), ("phone", PHONE)],
    ids=["light", "dark", "phone"],
)
async def test_the_question_fits_and_is_accessible(people, two, name, options):
    ada = await people("ada", **options)
    line = await take_line(ada.context)
    window = await open_room(ada, two.general)
    await line.cuts()
    await expect(window.line).to_contain_text("Unsent messages are saved.")
    for text in ("first", "second", "third"):
        await window.composer.fill(text)
        await window.button("Send").click()
    await window.composer.fill("a draft")
    if name == "phone":
        await window.page.get_by_role("button", name="Rooms").first.click()
    await signs_out(window.page)
    await expect(window.dialog).to_have_accessible_name("You have 3 unsent messages")
    await window.waits_for_animations()
    await is_accessible(window.page)
    await fits(window.page)
    await ada.takes_picture(f"sign-out-{name}")
    if name == "phone":
        await suits_a_finger(window.page)
