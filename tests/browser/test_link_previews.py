"""Previews of links in the browser: cards, their images and removal, and links to messages of this site."""

import io

import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from PIL import Image
from playwright.async_api import expect

from chat import services
from chat.models import Message, PreviewImage
from chat.services import FoundPreview
from chat.text.outside_links import digest_of
from tests.browser.eyes import fits, is_accessible
from tests.browser.past import join, make_direct, post, post_many
from tests.browser.test_first_look import ROWS, without_script
from tests.browser.waiting import until
from tests.browser.window import open_room
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOADED = "() => [...document.querySelectorAll('.link-preview img')].every(one => one.complete && one.naturalWidth)"
LONG = "A description that says in many words what is on the page, so that it fills two lines, and then even more. " * 3


def draw(width: int, height: int) -> bytes:
    content = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(content, "WEBP")
    return content.getvalue()


def preview(
    room_id: int, message_id: int, folder: str, *found: tuple[str, FoundPreview, tuple[int, int] | None]
) -> None:
    """Store previews as the job does, with an image of this size each."""
    stored = {}
    for url, shown, size in found:
        image = None
        if size:
            image = PreviewImage(stored=f"previews/{digest_of(url)}.webp", width=size[0], height=size[1])
            image.save()
            FileSystemStorage(location=f"{folder}/media").save(image.stored, ContentFile(draw(*size)))
        stored[digest_of(url)] = shown._replace(image=image)
    services.store_previews(room_id, message_id, stored)


def found(title: str, host: str = "example.org", description: str = "", site: str = "") -> FoundPreview:
    return FoundPreview(title, description, site, host, None)


ONE, TWO, THREE = "https://example.org/1", "https://example.org/2", "https://example.org/3"


def delete(room_id: int, by_id: int, message_id: int) -> None:
    services.delete_message(room_id, get_user_model().objects.get(pk=by_id), message_id)


def position(message_id: int) -> int:
    return Message.objects.get(pk=message_id).posted_seq


async def post_previews(two) -> int:
    [id] = await two.site.database(post, two.general, two.bob.id, f"read this: {ONE} {TWO} and {THREE}")
    cards = [
        (ONE, found("How the harbour was built", description=LONG, site="The Harbour News"), (800, 420)),
        (TWO, found("A square one", description="Short."), (300, 300)),
        (THREE, found("נמל תל אביב נבנה מחדש", description="תיאור קצר של הדף", site="חדשות"), None),
    ]
    await two.site.database(preview, two.general, id, str(two.site.folder), *cards)
    return id


async def test_a_card_comes_below_the_message_and_nothing_moves_for_who_reads_above(two):
    await two.site.database(post_many, two.general, two.ada.id, 60)
    hers = await open_room(two.ada, two.general)
    await hers.log.evaluate("log => { log.scrollTop = log.scrollHeight / 2 }")
    row = hers.message("number 0030")
    await hers.waits_for_frames()
    top = await hers.top_of(row)
    await post_previews(two)
    await expect(hers.page.locator(".link-preview")).to_have_count(3)
    await hers.waits_for_frames()
    assert abs(await hers.top_of(row) - top) < 1
    await hers.button("Jump to the latest").or_(hers.page.locator(".jump-down")).first.click()
    card = hers.page.get_by_role("link", name="How the harbour was built")
    await expect(card).to_be_in_viewport()
    await expect(card).to_have_attribute("href", ONE)
    await expect(card).to_contain_text("The Harbour News · example.org")


async def test_at_the_end_it_stays_at_the_end(two):
    await two.site.database(post_many, two.general, two.ada.id, 40)
    hers = await open_room(two.ada, two.general)
    await post_previews(two)
    await expect(hers.page.locator(".link-preview img")).to_have_count(2)
    await hers.waits_for_frames()
    assert await hers.log.evaluate("log => log.scrollHeight - log.scrollTop - log.clientHeight") < 3


async def test_the_space_of_an_image_is_there_before_it_loads(two):
    await post_previews(two)
    await two.ada.context.route("**/previews/*", lambda route: route.abort())
    two.ada.forgives("Failed to load resource")
    hers = await open_room(two.ada, two.general)
    sizes = await hers.page.locator(".link-preview img").evaluate_all(
        "images => images.map(one => [one.clientWidth, one.clientHeight])"
    )
    assert sizes == [[360, 189], [72, 72]]


async def test_the_author_removes_one_for_everyone(two):
    await post_previews(two)
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    await his.page.locator(".link-preview").nth(1).hover()
    await his.page.get_by_role("button", name="Remove preview of A square one").click()
    for window in (his, hers):
        await expect(window.page.locator(".link-preview")).to_have_count(2)
        await expect(window.page.get_by_text("A square one")).to_have_count(0)


async def test_others_cannot_and_moderators_can(two, people):
    eve = await people("eve")
    await two.site.database(join, eve.id, two.general)
    await post_previews(two)
    for visitor, count in ((eve, 0), (two.ada, 3)):
        window = await open_room(visitor, two.general)
        await expect(window.page.locator(".link-preview")).to_have_count(3)
        await expect(window.page.locator(".link-preview-remove")).to_have_count(count)


async def test_the_keyboard_reaches_card_and_button(two):
    await post_previews(two)
    his = await open_room(two.bob, two.general)
    row = his.message("read this")
    await row.focus()
    for _ in range(4):  # three links of the text
        await his.page.keyboard.press("ArrowRight")
    await expect(his.page.locator(".link-preview a").first).to_be_focused()
    await his.page.keyboard.press("ArrowRight")
    await expect(his.page.locator(".link-preview-remove").first).to_be_focused()
    await his.page.keyboard.press("Enter")
    await expect(his.page.locator(".link-preview")).to_have_count(2)


async def test_it_looks_well(two, people):
    [linked] = await two.site.database(
        post, two.random, two.ada.id, "The meeting is *moved* to Friday, please tell all."
    )
    await post_previews(two)
    seq = await two.site.database(position, linked)
    await two.site.database(post, two.general, two.bob.id, f"as said: {two.site.url}/rooms/{two.random}/?message={seq}")
    large, phone = await people("bob", viewport={"width": 1100, "height": 900}), await people("bob", **PHONE)
    for visitor, kinds in ((large, ("light", "dark", "rtl")), (phone, ("phone",))):
        window = await open_room(visitor, two.general)
        await expect(window.page.locator(".link-preview")).to_have_count(4)
        await until(window.page, LOADED)
        for kind in kinds:
            await window.page.emulate_media(color_scheme="light" if kind == "light" else "dark")
            await window.page.evaluate(f"document.documentElement.dir = '{'rtl' if kind == 'rtl' else 'ltr'}'")
            await window.waits_for_frames()
            await visitor.takes_picture(f"link-previews-{kind}")
            await fits(window.page)
            if kind != "rtl":
                await is_accessible(window.page)


async def test_server_and_script_render_the_same_cards(two):
    await post_previews(two)
    [linked] = await two.site.database(post, two.random, two.ada.id, "The meeting is *moved*.")
    seq = await two.site.database(position, linked)
    await two.site.database(post, two.general, two.ada.id, f"{two.site.url}/rooms/{two.random}/?message={seq}")
    plain = await without_script(two.ada, f"/rooms/{two.general}/")
    await expect(plain.locator(".link-preview")).to_have_count(4)
    drawn = await plain.evaluate(ROWS)
    hers = await open_room(two.ada, two.general)
    await hers.page.evaluate("document.querySelectorAll('.link-preview-remove').forEach(one => one.remove())")
    assert await hers.page.evaluate(ROWS) == drawn


async def test_a_linked_message_is_shown_to_those_who_may_see_it(two, people):
    eve = await people("eve")
    await two.site.database(join, eve.id, two.general)
    direct = await two.site.database(make_direct, two.ada.id, two.bob.id)
    [secret] = await two.site.database(post, direct, two.bob.id, "the secret plan")
    seq = await two.site.database(position, secret)
    link = f"{two.site.url}/rooms/{direct}/?message={seq}"
    hers, foreign = await open_room(two.ada, two.general), await open_room(eve, two.general)
    await hers.sends(f"look: {link}")
    await expect(hers.page.locator(".link-preview")).to_contain_text("the secret plan")
    await foreign.sees("look:")
    await foreign.sends("what is it?")  # whatever is to come has come
    await expect(foreign.page.locator(".link-preview")).to_have_count(0)
    assert "secret plan" not in await (await without_script(eve, f"/rooms/{two.general}/")).content()
    await two.site.database(delete, direct, two.bob.id, secret)
    await expect(hers.page.locator(".link-preview")).to_have_count(0)
