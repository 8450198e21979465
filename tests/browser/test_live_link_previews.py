"""Previews of links from a real web server: posted, fetched, shown, removed and turned off by people in a browser."""

import io
import time

import pytest
from PIL import Image
from playwright.async_api import expect

from chat.models import PreviewRequest
from tests.browser.eyes import fits
from tests.browser.test_first_look import without_script
from tests.browser.waiting import until
from tests.browser.window import open_room
from tests.chat.web import Web, article
from tests.services.neighbour import Reply
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE_SECONDS = 20


@pytest.fixture
def web():
    web = Web()
    yield web
    web.close()


@pytest.fixture
def site(sites, web):
    return sites(kind="uvicorn", environment=web.environment)


def draw(width: int, height: int) -> Reply:
    content = io.BytesIO()
    Image.radial_gradient("L").resize((width, height)).convert("RGB").save(content, "PNG")
    return Reply(headers={"Content-Type": "image/png"}, body=content.getvalue())


def wait_until_done() -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while PreviewRequest.objects.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


async def test_people_post_links_and_see_what_is_there(two, web, people):
    web.has("/harbour.png", draw(1200, 630))
    harbour = web.has(
        "/harbour",
        article(
            "How the harbour was built",
            description="Dredgers came in spring. By autumn the first ships could enter, with a metre to spare.",
            site_name="The Harbour News",
            image="/harbour.png",
        ),
    )
    spoof = web.has("/spoof", article("elpmaxe.knab \u202etfel ot thgir\u202c", site_name="bank.example"))
    secret = web.has("/secret", article("Nobody asks for code"))
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    await hers.writes(f"read {harbour} and {spoof}, not `{secret}`")
    for window in (hers, his):
        await expect(window.page.locator(".link-preview")).to_have_count(2)
        card = window.page.get_by_role("link", name="How the harbour was built")
        await expect(card).to_contain_text("The Harbour News · site.example")
        await until(window.page, "() => document.querySelector('.link-preview img').naturalWidth > 400")
    other = hers.page.locator(".link-preview").nth(1)
    assert (await other.inner_text()).split("\n") == ["site.example", "elpmaxe.knab tfel ot thgir"]
    assert sorted(web.asked) == ["site.example/harbour", "site.example/harbour.png", "site.example/spoof"]
    await hers.waits_for_frames()
    await two.ada.takes_picture("link-previews-live")
    phone = await people("ada", color_scheme="dark", **PHONE)
    window = await open_room(phone, two.general)
    await expect(window.page.locator(".link-preview img")).to_be_visible()
    await fits(window.page)
    await phone.takes_picture("link-previews-live-phone-dark")
    plain = await without_script(two.bob, f"/rooms/{two.general}/")
    await expect(plain.locator(".link-preview")).to_have_count(2)

    await other.hover()
    await other.get_by_role("button").click()
    await expect(his.page.locator(".link-preview")).to_have_count(1)

    settings = await two.ada.opens(f"/rooms/{two.general}/settings/")
    await settings.get_by_role("button", name="Turn off link previews").click()
    await expect(settings.get_by_role("button", name="Turn on link previews")).to_be_visible()
    await expect(his.page.get_by_text("Ada turned link previews off")).to_be_visible()
    await his.sends(f"and {web.has('/late', article('Late'))}")
    await two.site.database(wait_until_done)
    await expect(his.page.locator(".link-preview")).to_have_count(1)
    assert "site.example/late" not in web.asked
