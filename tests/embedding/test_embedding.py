"""The bell on a site that is not ours: the shop in this folder, with Django's own users, by docs/embedding.md."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.bells import SOON_MILLISECONDS, Bell
from tests.browser.eyes import is_accessible
from tests.services.folders import make_folder, remove_folder
from tests.services.ports import answers, free_port
from tests.services.process import Process

pytestmark = pytest.mark.browser
HERE = Path(__file__).resolve().parent
PASSWORD = "only-for-the-shop"
PEOPLE = """
from django.contrib.auth.models import User
from shop.models import Order
ada = User.objects.create_user("ada", password="only-for-the-shop", first_name="Ada", last_name="Lovelace")
Order(customer=ada, what="Tea").save()
Order(customer=ada, what="Cake").save()
bob = User.objects.create_user("bob", password="only-for-the-shop")
Order(customer=bob, what="Milk").save()
"""
SIGN_OUT = "from django.contrib.sessions.models import Session; Session.objects.all().delete()"
# The server looks every five seconds whether the sign-ins still hold.
ENDED_MILLISECONDS = 12_000


class Shop:
    """The shop's server, on a database of its own."""

    def __init__(self, **environment: str) -> None:
        self.folder = make_folder("shop")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        ours = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        self.environment = ours | {"SHOP_DATABASE": str(self.folder / "shop.sqlite3")} | environment
        self.server = Process(
            [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{self.port}"],
            log=self.folder / "shop.log",
            is_ready=lambda: answers(self.port),
            environment=self.environment,
            folder=HERE,
        )

    def manages(self, *words: str) -> None:
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(command, cwd=HERE, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-4000:]


@pytest.fixture(scope="module", params=[{}])
def shop(request) -> Iterator[Shop]:
    shop = Shop(**request.param)
    shop.manages("migrate", "--verbosity", "0")
    shop.manages("shell", "--verbosity", "0", "-c", PEOPLE)
    shop.server.start()
    yield shop
    shop.server.kill()
    remove_folder(shop.folder)


@pytest_asyncio.fixture(loop_scope="session")
async def customer(browser: Browser, shop: Shop):
    """Bring a browser in which Ada, or somebody else, has signed in at the shop."""
    problems: list[str] = []

    def note(type: str, text: str, forgives: str) -> None:
        if type == "error" and forgives not in text:
            problems.append(text)

    async def bring(username: str = "ada", *, forgives: str = "nothing", **options) -> Page:
        context = await browser.new_context(base_url=shop.url, **options)
        context.on("console", lambda message: note(message.type, f"{message.text} {message.location}", forgives))
        context.on("weberror", lambda error: problems.append(str(error.error)))
        page = await context.new_page()
        await page.goto("/accounts/login/")
        await page.get_by_label("Username").fill(username)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await expect(page.locator("live-bell .bell-panel")).to_have_count(1)
        return page

    yield bring
    assert problems == []


def lines_of_code(text: str) -> int:
    """Count what one has to write: the code of the page's examples."""
    blocks = text.split("```")[1::2]
    lines = [line.strip() for block in blocks for line in block.splitlines()[1:]]
    return len([line for line in lines if line and not line.startswith("#")])


async def test_the_bell_rings_in_a_shop(shop, customer):
    """The count rises without a reload, the panel shows it, and what is read in one window is read in the other."""
    # axe fetches what a stylesheet imports, and looks for it beside the page.
    page, other = await customer(forgives=f"{shop.url}/colors.css"), await customer()
    bell, elsewhere = Bell(page), Bell(other)
    await bell.shows(0)
    await page.evaluate("window.isTheSamePage = true")
    await page.request.get("/orders/1/ship/")
    await bell.shows(1, timeout=SOON_MILLISECONDS)
    await elsewhere.shows(1, timeout=SOON_MILLISECONDS)
    assert await page.evaluate("window.isTheSamePage")
    await expect(page).to_have_title("(1) Orders")
    await bell.opens()
    await expect(bell.row("Tea is on its way")).to_have_attribute("class", "bell-row unread")
    await is_accessible(page)
    await bell.does("Mark as read", "Tea is on its way")
    await elsewhere.shows(0, timeout=SOON_MILLISECONDS)
    await page.request.get("/orders/2/ship/")
    await bell.row("Cake is on its way").get_by_role("link").first.click()
    await expect(page).to_have_url("/?order=2")
    await bell.shows(0)
    await elsewhere.shows(0, timeout=SOON_MILLISECONDS)


async def test_a_topic_of_the_shops_own_is_heard_on_the_bells_connection(shop, customer):
    page = await customer()
    await expect(page.locator("live-bell[data-live]")).to_have_count(1)  # its connection is none of the next page's
    sockets = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    await page.reload()
    status = page.locator("[data-order='2'] span")
    await expect(status).to_have_text("new")
    await expect(page.locator("live-bell[data-live]")).to_have_count(1)
    await page.request.get("/orders/2/pack/")
    await expect(status).to_have_text("packed", timeout=SOON_MILLISECONDS)
    assert len(sockets) == 1


@pytest.mark.parametrize("shop", [{"SHOP_BY_WSGI": "1"}], indirect=True)
async def test_a_page_by_wsgi_does_not_try_to_connect(shop, customer):
    """It shows what there is whenever it is looked at again."""
    page = await customer()
    sockets = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    await page.reload()
    bell = Bell(page)
    await bell.shows(0)
    await page.request.get("/orders/1/ship/")
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await bell.shows(1)
    assert sockets == []


async def test_the_shop_keeps_its_own_looks(shop, customer):
    """Its rules do not reach into the bell, nor the bell's beyond it, in whatever scheme the browser prefers."""
    page = await customer("bob", color_scheme="dark")
    bell = Bell(page)
    await page.request.get("/orders/3/ship/")
    await bell.opens()
    looks = """element => {
      const { backgroundColor, paddingLeft, textTransform, color } = getComputedStyle(element)
      return { backgroundColor, paddingLeft, textTransform, color }
    }"""
    assert (await page.get_by_role("button", name="Pay").evaluate(looks))["backgroundColor"] == "rgb(255, 215, 0)"
    assert (await page.locator("body").evaluate(looks))["color"] == "rgb(34, 34, 34)"
    assert await page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "normal"
    main = await bell.rows.first.locator(".bell-main").evaluate(looks)
    assert (main["textTransform"], main["paddingLeft"]) == ("none", "16px")
    await expect(bell.panel).to_have_css("background-color", "rgb(255, 255, 255)")


async def test_whose_sign_in_ends_hears_no_more(shop, customer):
    """The link is ended, and the page asks why."""
    page = await customer(forgives="401")
    async with page.expect_response("**/panel.json", timeout=ENDED_MILLISECONDS) as answer:
        shop.manages("shell", "--verbosity", "0", "-c", SIGN_OUT)
    assert ((await answer.value).status) == 401


async def test_a_stranger_has_no_bell_and_no_answer(shop, browser):
    context = await browser.new_context(base_url=shop.url)
    page = await context.new_page()
    await page.goto("/accounts/login/")
    await expect(page.locator("live-bell")).to_have_count(0)
    assert (await page.request.get("/notifications/panel.json")).status == 401


def test_it_takes_about_twenty_lines():
    text = (HERE.parents[1] / "docs/embedding.md").read_text()
    assert 10 <= lines_of_code(text.partition("## What you can rely on")[0]) <= 25
