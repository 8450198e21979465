"""Every state of the room page, checked by axe, in light, in dark and on a phone."""

import pytest
from playwright.async_api import expect

from tests.browser.eyes import fits, is_accessible
from tests.browser.line import take_line
from tests.browser.past import archive, join, make_direct, post, post_many
from tests.browser.window import open_room
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CODE = "```python\nfor each in people:  # all of them\n    print(f'hi {each}')\n```"


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, PHONE], ids=["light", "dark", "phone"])
async def test_every_state_of_the_room_is_accessible_and_fits(people, two, options):
    eve = await people("eve", **options)
    line = await take_line(eve.context)
    await two.site.database(join, eve.id, two.general, two.random)
    await two.site.database(make_direct, two.bob.id, eve.id)
    await two.site.database(post_many, two.general, two.bob.id, 30)
    await two.site.database(
        post, two.general, two.bob.id, "to @eve, **and** `all`", CODE, "> quoted\n\n- one\n- two", "🎉"
    )
    await two.site.database(post, two.random, two.bob.id, "to @eve")
    hers = await open_room(eve, two.general)
    page = hers.page

    async def is_right():
        await hers.waits_for_animations()
        await is_accessible(page)
        await fits(page)

    await expect(hers.new_line).to_be_visible()
    await is_right()

    await hers.button("People in this room").click() if options is PHONE else None
    await expect(page.get_by_role("complementary", name="People")).to_be_visible()
    await page.get_by_role("complementary").get_by_role("button", name="bob").click()
    await is_right()
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")

    if options is PHONE:
        await hers.button("Rooms").click()
        await is_right()
        await page.keyboard.press("Escape")

    await hers.button("Emoji").click()
    await expect(hers.dialog.get_by_label("tada").first).to_be_visible()
    await is_right()
    await page.keyboard.press("Escape")

    await page.keyboard.press("Control+K")
    await page.keyboard.type("b")
    await expect(hers.dialog.get_by_role("option").first).to_be_visible()
    await is_right()
    await page.keyboard.press("Escape")

    await page.locator("h1").click()
    await page.keyboard.press("?")
    await expect(hers.dialog).to_be_visible()
    await is_right()
    await page.keyboard.press("Escape")

    await hers.composer.fill("mine")
    await hers.button("Send").click()
    await expect(hers.message("mine").locator("message-body")).to_be_visible()
    await hers.message("mine").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menu")).to_be_visible()
    await is_right()
    await page.get_by_role("menuitem", name="Delete").click()
    await expect(hers.dialog).to_be_visible()
    await is_right()
    await hers.dialog.get_by_role("button", name="Delete").click()
    await expect(hers.messages.last).to_contain_text("This message was deleted.")

    await hers.composer.fill("never sent, and @b")
    await expect(page.get_by_role("option").first).to_be_visible()
    await is_right()
    await page.keyboard.press("Escape")
    await line.cuts()
    await expect(hers.line).to_contain_text("What you write is kept.")
    await hers.button("Send").click()
    await expect(hers.pending).to_have_count(1)
    await is_right()
    await two.site.database(archive, two.general)
    line.mends()
    await expect(hers.pending).to_contain_text("Not sent.")
    await is_right()
