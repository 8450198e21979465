"""Reactions in the browser: by the toolbar, the keyboard and a finger, live, and who reacted."""

import pytest
from django.contrib.auth import get_user_model
from playwright.async_api import expect

from chat import services
from chat.services import ReactionDraft
from tests.browser.eyes import fits, is_accessible
from tests.browser.past import join, post
from tests.browser.test_first_look import ROWS, without_script
from tests.browser.window import open_room
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def react(room_id: int, message_id: int, *pairs: tuple[int, str], on: bool = True) -> None:
    drafts = [ReactionDraft(room_id, user_id, message_id, emoji, on) for user_id, emoji in pairs]
    results = services.set_reactions(drafts)
    assert all(hasattr(result, "seq") for result in results), results


def crowd(room_id: int, count: int) -> list[int]:
    """Make members who react."""
    users = [get_user_model()(username=f"m{n:03}", display_name=f"Member {n:03}") for n in range(count)]
    made = get_user_model().objects.bulk_create(users)
    for user in made:
        join(user.pk, room_id)
    return [user.pk for user in made]


def chips(window):
    return window.page.locator(".reaction")


async def shows(window, *words: str) -> None:
    """Wait for these reactions: the emoji and the count, and * for an own one."""
    await expect(chips(window)).to_have_text([word.removesuffix(" *") for word in words])
    own = [word.removesuffix(" *") for word in words if word.endswith("*")]
    await expect(window.page.locator(".reaction[aria-pressed=true]")).to_have_text(own)


async def picks(window, word: str, name: str) -> None:
    """Find an emoji in the open picker, and choose it with Enter."""
    await window.page.get_by_label("Search emoji").fill(word)
    await expect(window.page.locator(".emoji").first).to_have_attribute("aria-label", name)
    await window.page.keyboard.press("Enter")


async def test_reactions_come_and_go_for_both(two):
    [message] = await two.site.database(post, two.general, two.bob.id, "shall we?")
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    row = hers.message("shall we?")
    await row.hover()
    await row.get_by_role("button", name="React with 👍").click()
    await shows(hers, "👍 1 *")
    await shows(his, "👍 1")
    await chips(his).click()
    await shows(his, "👍 2 *")
    await shows(hers, "👍 2 *")
    await chips(hers).click()
    await shows(hers, "👍 1")
    await shows(his, "👍 1 *")
    # By the picker, with a skin tone, which stays chosen.
    await row.hover()
    await row.get_by_role("group", name="Message actions").get_by_role("button", name="React", exact=True).click()
    await hers.page.get_by_role("button", name="Medium skin tone", exact=True).click()
    await picks(hers, "waving", "wave")
    await shows(hers, "👍 1", "👋🏽 1 *")
    await shows(his, "👍 1 *", "👋🏽 1")
    # Who it was.
    await chips(hers).first.hover()
    await expect(hers.page.get_by_role("tooltip")).to_contain_text("bob :thumbsup:")
    await his.composer.hover()  # the pointer is still where it clicked
    await chips(his).first.hover()
    await expect(his.page.get_by_role("tooltip")).to_contain_text("You")
    # Another text keeps them, and a deletion takes them away.
    await two.site.database(edit, two.general, two.bob.id, message, "shall we now?")
    await his.sees("shall we now?")
    await shows(hers, "👍 1", "👋🏽 1 *")
    await two.site.database(delete, two.general, two.bob.id, message)
    await shows(hers)


def edit(room_id: int, by_id: int, message_id: int, text: str) -> None:
    services.edit_message(room_id, get_user_model().objects.get(pk=by_id), message_id, text)


def delete(room_id: int, by_id: int, message_id: int) -> None:
    services.delete_message(room_id, get_user_model().objects.get(pk=by_id), message_id)


async def test_the_keyboard_reacts_and_reads_who_did(two):
    members = await two.site.database(crowd, two.general, 12)
    [message] = await two.site.database(post, two.general, two.bob.id, "by keyboard")
    await two.site.database(react, two.general, message, *((user, "🎉") for user in members))
    hers = await open_room(two.ada, two.general)
    keyboard, page = hers.page.keyboard, hers.page
    await hers.message("by keyboard").focus()
    await keyboard.press("+")
    await shows(hers, "🎉 12", "👍 1 *")
    await keyboard.press(":")
    await picks(hers, "tada", "tada")
    await shows(hers, "🎉 13 *", "👍 1 *")
    await expect(hers.message("by keyboard")).to_be_focused()
    await keyboard.press("ArrowRight")
    await expect(page.get_by_role("button", name="🎉, 13 people", pressed=True)).to_be_focused()
    await expect(page.get_by_role("tooltip")).to_contain_text("You, Member 011, ")
    await expect(page.get_by_role("tooltip")).to_contain_text("and 3 others")
    await is_accessible(page)
    await keyboard.press("ArrowRight")
    await keyboard.press("Enter")
    await shows(hers, "🎉 13 *")
    await expect(hers.message("by keyboard")).to_be_focused()
    await keyboard.press("Enter")
    await page.get_by_role("menuitem", name="Who reacted").press("Enter")
    people = page.get_by_role("dialog", name="Reactions").get_by_role("listitem")
    await expect(people).to_have_count(13)
    await expect(people.last).to_contain_text("Member 000")
    await is_accessible(page)
    await keyboard.press("Escape")
    await expect(hers.message("by keyboard")).to_be_focused()


async def test_a_finger_reacts(people, two):
    [message] = await two.site.database(post, two.general, two.bob.id, "on a phone")
    await two.site.database(react, two.general, message, (two.bob.id, "🎉"))
    ada = await people("ada", **PHONE)
    await two.site.database(join, ada.id, two.general)
    hers = await open_room(ada, two.general)
    await chips(hers).tap()
    await shows(hers, "🎉 2 *")
    box = await chips(hers).bounding_box()
    assert min(box["width"], box["height"]) >= 44
    text = hers.message("on a phone").locator(".prose")
    await text.dispatch_event("pointerdown", {"pointerType": "touch", "bubbles": True})
    await expect(hers.page.locator(".message.held")).to_be_visible()
    await text.dispatch_event("pointerup", {"pointerType": "touch", "bubbles": True})
    await hers.page.get_by_role("menuitem", name="👍").tap()
    await shows(hers, "🎉 2 *", "👍 1 *")
    await fits(hers.page)


async def test_the_server_renders_the_same_reactions(two):
    [message] = await two.site.database(post, two.general, two.bob.id, "drawn twice")
    await two.site.database(react, two.general, message, (two.bob.id, "🎉"), (two.ada.id, "🎉"), (two.bob.id, "❤️"))
    plain = await without_script(two.ada, f"/rooms/{two.general}/")
    drawn = await plain.evaluate(ROWS)
    hers = await open_room(two.ada, two.general)
    await shows(hers, "🎉 2 *", "❤️ 1")
    assert await hers.page.evaluate(ROWS) == drawn
    # After an absence: taken back, and put on a message that was edited since.
    await two.ada.context.set_offline(True)
    await two.site.database(react, two.general, message, (two.ada.id, "🎉"), on=False)
    [later] = await two.site.database(post, two.general, two.bob.id, "later")
    await two.site.database(react, two.general, later, (two.ada.id, "✅"), (two.bob.id, "✅"))
    await two.site.database(edit, two.general, two.bob.id, later, "later, edited")
    await two.ada.context.set_offline(False)
    await shows(hers, "🎉 1", "❤️ 1", "✅ 2 *")
