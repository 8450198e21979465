"""Uploads in the browser: reloads, a lost connection, a killed server, later texts, another user."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from files.models import StoredFile
from tests.browser.past import texts
from tests.browser.uploading import (
    PIECE_BYTES,
    add_file,
    expect_nothing_kept,
    expect_nothing_stored,
    expect_whole_file,
    hold_uploads,
    note_uploads,
)
from tests.browser.window import BACK_MILLISECONDS, open_room, open_tab

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZE = 2 * PIECE_BYTES + 1000
PACE = {"HUBBUB_UPLOAD_MEGABYTES_PER_SECOND": "2"}
SLOW = pytest.mark.parametrize("site", [{"kind": "uvicorn", "environment": PACE}], ids=["slow"], indirect=True)


def bytes_on_disk(site) -> int:
    return sum(file.stat().st_size for file in (site.folder / "uploads").glob("*-*"))


async def test_an_upload_continues_after_a_reload_and_a_later_text_is_sent_first(two):
    requests = await hold_uploads(two.ada.context)
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    await add_file(hers.page, "harbour.bin", SIZE)
    await hers.writes("with a file")
    await requests.reach_the_gate()
    await hers.writes("a later text")
    await his.sees("a later text")
    await expect(hers.pending).to_have_text([re.compile("with a file.*Uploading 1 file: 4.*MB of 8.*MB", re.DOTALL)])
    await hers.page.reload()
    await expect(hers.pending).to_have_text([re.compile("with a file.*harbour.bin", re.DOTALL)])
    requests.open_the_gate()
    message = await his.sees("with a file")
    await expect(his.messages.locator("message-body")).to_have_text(["a later text", "with a file"])
    await expect_whole_file(his.page, message, SIZE)
    await expect(hers.pending).to_have_count(0)
    await expect_nothing_kept(hers.page)
    assert requests.offsets == [0, PIECE_BYTES, PIECE_BYTES, 2 * PIECE_BYTES]


async def test_a_file_in_the_composer_survives_a_lost_connection_and_a_reload(two):
    requests = await hold_uploads(two.ada.context)
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    tile = await add_file(hers.page, "harbour.bin", SIZE)
    await requests.reach_the_gate()
    two.ada.forgives_a_broken_line()
    await two.ada.context.set_offline(True)
    requests.open_the_gate()
    await expect(hers.page.locator("file-tray")).to_contain_text("Can't reach the server.")
    await two.ada.context.set_offline(False)
    await expect(tile).to_have_class(re.compile("ready"), timeout=BACK_MILLISECONDS)
    await expect(hers.page.locator("file-tray")).not_to_contain_text("Can't reach the server.")
    await hers.page.reload()
    await expect(tile).to_have_class(re.compile("ready"))
    await hers.sends("at last")
    await expect(tile).to_have_count(0)
    await expect_whole_file(his.page, await his.sees("at last"), SIZE)
    assert await two.site.database(StoredFile.objects.count) == 1


@SLOW
async def test_an_upload_continues_after_the_server_was_killed(two):
    for visitor in (two.ada, two.bob):
        visitor.forgives_a_broken_line()
    requests = note_uploads(two.ada.page)
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    await add_file(hers.page, "harbour.bin", SIZE)
    await hers.writes("with a file")
    async with asyncio.timeout(20):
        while bytes_on_disk(two.site) < PIECE_BYTES / 4:  # noqa: ASYNC110 no event says so
            await asyncio.sleep(0.02)
    two.site.servers[0].kill()
    arrived = bytes_on_disk(two.site)
    assert 0 < arrived < PIECE_BYTES
    await two.site.servers[0].starts()
    await his.is_back()
    await expect(his.message("with a file")).to_have_count(1, timeout=BACK_MILLISECONDS)
    await expect_whole_file(his.page, his.message("with a file"), SIZE)
    assert requests.offsets[:2] == [0, arrived]


async def test_the_next_user_of_the_browser_neither_sees_nor_sends_a_file(two):
    two.ada.forgives("401", "403", "404", "HTTP Authentication failed")
    requests = await hold_uploads(two.ada.context)
    hers = await open_room(two.ada, two.general)
    await add_file(hers.page, "harbour.bin", SIZE)
    await hers.writes("Ada's file")
    await requests.reach_the_gate()
    bob = await two.site.person("bob")
    await two.ada.context.add_cookies([{"name": "sessionid", "value": bob.session_key, "url": two.site.url}])
    his = await open_tab(two.ada, two.general)
    requests.open_the_gate()
    for window in (his, hers):  # hers reloads
        await expect(window.page.get_by_role("button", name="bob: account menu")).to_be_visible()
        await expect(window.pending).to_have_count(0)
    await his.sends("I am Bob")
    await hers.sees("I am Bob")
    await expect_nothing_stored(his.page, two.ada.id)
    owners = await two.site.database(lambda: list(StoredFile.objects.values_list("owner_id", flat=True)))
    assert (owners, await two.site.database(texts, two.general)) == ([two.ada.id], ["I am Bob"])
