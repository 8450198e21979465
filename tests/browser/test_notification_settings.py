"""The notification settings page: with mouse, keyboard and touch, its preview and saving."""

import re

import pytest
from django.contrib.auth import get_user_model
from playwright.async_api import Locator, Page, expect

from notifications import services
from notifications.models import GroupRule
from tests.browser.bells import Bell
from tests.browser.eyes import fits, is_accessible, shows_focus, suits_a_finger
from tests.browser.window import open_room
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Cells in which a click beside the checkbox does not check it.
CELLS_PRESSED_IN_PART = """() => [...document.querySelectorAll(".kind-table td:has(input)")].filter(cell => {
  cell.scrollIntoView({ block: "center" })
  const { left, top, right, bottom } = cell.getBoundingClientRect()
  const corners = [[left + 2, top + 2], [right - 2, bottom - 2]].map(([x, y]) => document.elementFromPoint(x, y))
  return corners.some(element => element?.closest("label")?.parentElement !== cell)
}).map(cell => cell.parentElement.innerText)"""
PATH = "/notifications/preferences/"
MENTIONS = "Mentions of you"


class Settings:
    """The settings page in a window."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def preview(self) -> Locator:
        return self.page.locator("#preview")

    @property
    def summary(self) -> Locator:
        return self.page.locator(".save-bar [role=status]")

    @property
    def words(self) -> Locator:
        return self.page.get_by_role("list", name="Keywords").get_by_role("listitem")

    def box(self, kind: str, channel: str) -> Locator:
        return self.page.get_by_role("checkbox", name=f"{kind}: {channel}")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    async def saves(self) -> None:
        await self.button("Save").click()
        await expect(self.page.get_by_text("Settings saved.")).to_be_visible()


async def open_settings(visitor) -> Settings:
    settings = Settings(await visitor.opens(PATH))
    await expect(settings.page.locator("keyword-list .keyword-add")).to_be_visible()  # the scripts have begun
    return settings


def mention(user_id: int, *titles: str) -> None:
    for title in titles:
        services.notify(to=get_user_model().objects.get(pk=user_id), kind="mention", title=title)


def less_of(user_id: int, room_id: int) -> None:
    GroupRule.objects.create(user_id=user_id, group=f"room.{room_id}", level="nothing")


async def test_a_change_is_previewed_and_saved(people, site):
    ada = await people("ada")
    await site.database(mention, ada.id, "first", "second")
    settings = await open_settings(ada)
    await settings.box(MENTIONS, "in the app").uncheck()
    await expect(settings.summary).to_have_text(
        "In the last 7 days, these settings would have meant 2 fewer in your list."
    )
    await settings.preview.get_by_text("Affected notifications").click()
    await expect(settings.preview.get_by_text("You turned these off for this channel.")).to_have_count(2)
    await settings.box(MENTIONS, "in the app").check()
    await expect(settings.summary).to_have_text(
        "Nothing to preview: you haven't changed when or where notifications arrive."
    )
    await settings.box(MENTIONS, "email").uncheck()
    await settings.saves()
    await expect(settings.box(MENTIONS, "email")).not_to_be_checked()
    await expect(settings.box(MENTIONS, "in the app")).to_be_checked()


async def test_keywords_are_added_and_removed_by_keyboard(people, site):
    ada = await people("ada")
    settings = await open_settings(ada)
    field = settings.page.get_by_label("Your keywords", exact=True)
    await field.press_sequentially("Deploy, launch week")
    await field.press("Enter")
    await field.press_sequentially("ops,")
    await expect(settings.words).to_have_text([re.compile("deploy"), re.compile("launch week"), re.compile("ops")])
    await field.press_sequentially("x")
    await field.press("Enter")
    await expect(settings.page.get_by_text("Keywords must have 2 to 80 characters.", exact=True)).to_be_visible()
    await expect(field).to_have_value("x")
    await field.press("Backspace")
    await field.press("Backspace")
    await expect(settings.words).to_have_count(2)
    await settings.page.get_by_role("button", name="Remove deploy").press("Enter")
    await expect(field).to_be_focused()
    await settings.saves()
    await expect(settings.words).to_have_text([re.compile("launch week")])


async def test_a_typed_keyword_is_saved_and_an_invalid_one_stays(people, site):
    settings = await open_settings(await people("ada"))
    field = settings.page.get_by_label("Your keywords", exact=True)
    await field.fill("x")
    await settings.button("Save").click()
    await expect(settings.page.get_by_text("Keywords must have 2 to 80 characters.", exact=True)).to_be_visible()
    await expect(field).to_be_focused()
    await field.fill("launch week")
    await settings.saves()
    await expect(settings.words).to_have_text([re.compile("launch week")])


async def test_an_error_is_shown_and_other_input_stays(people, site):
    ada = await people("ada")
    ada.forgives("422")
    settings = await open_settings(ada)
    await settings.box(MENTIONS, "push").uncheck()
    await settings.page.get_by_label("When unread").check()
    await settings.page.get_by_label("for", exact=True).fill("99999")
    await settings.page.get_by_label("for", exact=True).press("Enter")
    problem = settings.page.get_by_role("alert")
    await expect(problem).to_contain_text("Enter a number of minutes from 1 to 1,440.")
    await expect(problem).to_be_focused()
    await problem.get_by_role("link", name="Minutes unread").click()
    await expect(settings.page.get_by_label("for", exact=True)).to_be_focused()
    await expect(settings.box(MENTIONS, "push")).not_to_be_checked()
    await settings.page.get_by_label("for", exact=True).fill("30")
    await settings.saves()
    await expect(settings.box(MENTIONS, "push")).not_to_be_checked()


async def test_a_room_is_reset(two):
    await two.site.database(less_of, two.ada.id, two.general)
    settings = await open_settings(two.ada)
    level = settings.page.get_by_label("Notifications from # general")
    await expect(level).to_have_value("nothing")
    await settings.button("Reset # general").click()
    await expect(level).to_have_value("mentions")
    await settings.saves()
    await expect(level).to_have_count(0)
    await expect(settings.page.get_by_text("You haven't changed the level of any room.")).to_be_visible()


async def test_do_not_disturb_acts_at_once_and_keeps_the_form(people, site):
    ada = await people("ada")
    settings = await open_settings(ada)
    await settings.box(MENTIONS, "push").uncheck()
    await settings.button("For 2 hours").click()
    await expect(settings.page.get_by_text(re.compile("^On until"))).to_be_visible()
    await expect(settings.box(MENTIONS, "push")).not_to_be_checked()
    await settings.page.get_by_role("button", name="Turn off", exact=True).click()
    await expect(settings.page.get_by_role("button", name="Turn off", exact=True)).to_have_count(0)


async def test_do_not_disturb_is_in_the_menu_of_the_chat(two):
    page = await two.ada.opens(f"/rooms/{two.general}/")
    await page.locator("account-menu .self").click()
    await page.get_by_role("button", name="For 30 minutes").click()
    his = await open_room(two.bob, two.general)
    await expect(page.locator("account-menu [data-state]")).to_have_text(re.compile(r"^Quiet until (\w+ )?\d\d:\d\d$"))
    await expect(page.locator("live-bell .bell-quiet")).to_be_visible()
    await expect(his.page.get_by_role("heading", name="Do not disturb, 1")).to_be_visible()
    await expect(page.get_by_text(re.compile("^Do not disturb until"))).to_be_visible()
    await page.get_by_role("button", name="Undo").click()
    await expect(page.locator("account-menu [data-state]")).to_have_text("Online")
    await expect(his.page.get_by_role("heading", name="Online, 2")).to_be_visible()
    await page.locator("account-menu .self").click()
    await page.get_by_role("button", name="For 30 minutes").click()
    await page.locator("account-menu .self").click()
    await expect(page.get_by_text("on until")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.locator(".quiet-off").get_by_role("button").click()
    await expect(page.locator("account-menu [data-state]")).to_have_text("Online")
    await page.locator("account-menu .self").click()
    await page.get_by_role("link", name="Notification settings").click()
    await expect(page.get_by_role("heading", name="Notification settings")).to_be_visible()


async def test_do_not_disturb_updates_other_windows(two):
    chat = await two.ada.opens(f"/rooms/{two.general}/")
    await Bell(chat).is_live()
    settings = Settings(await two.ada.opens_tab(PATH))
    await Bell(settings.page).is_live()
    await settings.button("For 2 hours").click()
    await chat.locator("account-menu .self").click()
    await expect(chat.locator(".menu-state")).to_have_text(re.compile("^on until"))
    await chat.locator("#person-menu").get_by_role("button", name="Turn off do not disturb").click()
    await expect(settings.page.get_by_role("button", name="Turn off", exact=True)).to_have_count(0)
    await expect(settings.page.locator(".menu-state")).to_have_count(0)


async def test_it_works_without_a_script(people, two):
    ada = await people("ada", java_script_enabled=False)
    await two.site.database(less_of, ada.id, two.general)
    settings = Settings(await ada.opens(PATH))
    await expect(settings.page.get_by_label("Monday", exact=True)).to_be_hidden()
    await settings.page.get_by_label("Custom…").check()
    await settings.page.get_by_label("Monday", exact=True).check()
    await settings.button("Copy Monday to every day").click()
    await expect(settings.page.get_by_label("Sunday", exact=True)).to_be_checked()
    await settings.page.get_by_label("Your keywords", exact=True).fill("ops\ndeploy")
    await settings.box(MENTIONS, "email").uncheck()
    await settings.button("Preview").click()
    await expect(settings.preview).to_contain_text(f"{MENTIONS}: no email")
    await expect(settings.preview).to_contain_text("Quiet hours")
    await settings.saves()
    await expect(settings.page.get_by_label("Sunday", exact=True)).to_be_checked()
    await expect(settings.page.get_by_label("Your keywords", exact=True)).to_have_value("deploy\nops")


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, PHONE], ids=["light", "dark", "phone"])
async def test_every_state_is_accessible_and_fits(people, site, options):
    ada = await people("ada", **options)
    ada.forgives("422")
    path = (await ada.person.submits("/rooms/new/", name="W" * 80, kind="public", topic="")).headers["Location"]
    await site.database(less_of, ada.id, int(path.split("/")[2]))
    await site.database(mention, ada.id, "W" * 150)
    settings = await open_settings(ada)
    page = settings.page

    async def is_right():
        await page.evaluate("Promise.allSettled(document.getAnimations().map(animation => animation.finished))")
        await is_accessible(page)
        await fits(page)
        if options is PHONE:
            await suits_a_finger(page)
            assert await page.evaluate(CELLS_PRESSED_IN_PART) == []

    await is_right()
    await page.get_by_label("Your keywords", exact=True).fill("W" * 80)
    await page.get_by_label("Your keywords", exact=True).press("Enter")
    await page.get_by_label("Custom…").check()
    await page.get_by_label("Monday", exact=True).check()
    toggle = await page.locator(".day-toggle").first.bounding_box()
    assert toggle["height"] >= (44 if options is PHONE else 36)
    await settings.box(MENTIONS, "in the app").uncheck()
    await expect(settings.summary).to_contain_text("1 fewer in your list")
    await settings.preview.get_by_text("Affected notifications").click()
    await is_right()
    await settings.button("For 2 hours").click()
    await expect(settings.page.get_by_role("button", name="Turn off", exact=True)).to_be_visible()
    await is_right()
    await page.get_by_label("for", exact=True).fill("0")
    await settings.button("Save").click()
    await expect(page.get_by_role("alert")).to_be_focused()
    await is_right()


async def test_every_box_can_be_reached_and_seen_with_the_keyboard(people, site):
    ada = await people("ada")
    settings = await open_settings(ada)
    box = settings.box(MENTIONS, "push")
    await settings.box(MENTIONS, "in the app").focus()
    await settings.page.keyboard.press("Tab")
    await expect(box).to_be_focused()
    await shows_focus(box)
    await settings.page.keyboard.press("Space")
    await expect(box).not_to_be_checked()
