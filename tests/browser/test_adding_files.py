"""Other ways to a file in a message: a recorded voice message, a long pasted text, and an edit."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.eyes import fits, is_accessible, shows_focus, suits_a_finger
from tests.browser.window import open_room
from tests.visitors import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASTE = """text => {
  const clipboardData = new DataTransfer()
  clipboardData.setData("text/plain", text)
  const area = document.getElementById("composer")
  area.focus()
  const isDefault = area.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }))
  if (isDefault) document.execCommand("insertText", false, text)
}"""

REFUSE_ONCE = """{
  const { mediaDevices } = navigator
  const allow = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = async () => {
    mediaDevices.getUserMedia = allow
    throw new DOMException("Permission denied", "NotAllowedError")
  }
}"""


async def begins_to_record(page: Page) -> None:
    await page.get_by_role("button", name="Add files").click()
    await page.get_by_role("menuitem", name="Record a voice message").click()


async def test_a_voice_message_is_recorded_and_sent_by_keyboard(two):
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    page = hers.page
    await page.get_by_role("button", name="Add files").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("menuitem", name="Record a voice message").focus()
    await page.keyboard.press("Enter")
    recorder = page.get_by_role("group", name="Voice message")
    await expect(recorder.get_by_role("button", name="Stop")).to_be_focused()
    await shows_focus(recorder.get_by_role("button", name="Stop"))
    await expect(recorder.get_by_role("timer")).to_have_text("0:01")
    await is_accessible(page)
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Space")
    await expect(recorder.get_by_role("button", name="Continue recording")).to_be_focused()
    await page.keyboard.press("Space")
    await expect(recorder.get_by_role("timer")).to_have_text("0:02")
    await page.keyboard.press("Escape")
    await expect(recorder.get_by_role("button", name="Add to message")).to_be_focused()
    await expect(page.locator("voice-recorder [role=status]")).to_contain_text(re.compile(r"Recorded: 0:0[2-9]\."))
    await recorder.get_by_role("button", name="Play voice message").press("Enter")
    position = recorder.get_by_role("slider", name="Position in the voice message")
    await expect(position).to_have_attribute("aria-valuetext", re.compile("0:01 of 0:0[2-9]"))
    await page.keyboard.press("Enter")
    await is_accessible(page)
    await recorder.get_by_role("button", name="Add to message").press("Enter")
    await expect(recorder).to_have_count(0)
    await expect(hers.composer).to_be_focused()
    await expect(page.locator("file-tray")).to_contain_text("Voice message")
    await page.keyboard.press("Enter")
    played = his.messages.last.locator("voice-player")
    await expect(played.locator(".voice-time")).to_have_text(re.compile("0:0[2-9]"))
    bars = await played.locator(".voice-wave path").first.get_attribute("d")
    assert bars
    assert bars.count("M") == 60
    assert len({bar for bar in bars.split("M") if bar}) > 10  # the beeps, not a flat line


async def test_a_recorder_waits_in_its_room_and_says_what_is_wrong(two):
    await two.ada.context.add_init_script(REFUSE_ONCE)
    hers = await open_room(two.ada, two.general)
    page = hers.page
    await begins_to_record(page)
    await expect(page.get_by_role("alert")).to_contain_text("This site may not use your microphone.")
    await expect(page.get_by_role("button", name="Try again")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("timer")).to_have_text("0:01")
    await hers.goes_to("random")
    await expect(page.locator("voice-recorder")).to_have_count(0)
    await hers.goes_to("general")
    await expect(page.get_by_role("button", name="Add to message")).to_be_visible()
    # Send takes it along.
    await hers.composer.fill("listen")
    await page.keyboard.press("Enter")
    await expect(hers.message("listen").locator("voice-player")).to_be_visible()
    await expect(page.locator("voice-recorder")).to_have_count(0)
    await begins_to_record(page)
    await page.get_by_role("button", name="Discard recording").click()
    await expect(hers.composer).to_be_focused()


async def test_a_recorder_on_a_phone(people, two):
    eve = await people("eve", **PHONE)
    await eve.person.submits(f"/rooms/{two.general}/join/")
    hers = await open_room(eve, two.general)
    await begins_to_record(hers.page)
    await expect(hers.page.get_by_role("timer")).to_have_text("0:01")
    await suits_a_finger(hers.page)
    await fits(hers.page)
    await hers.button("Stop").click()
    await expect(hers.button("Add to message")).to_be_visible()
    await suits_a_finger(hers.page)
    await fits(hers.page)


async def test_a_long_pasted_text_can_become_a_file(two):
    hers = await open_room(two.ada, two.general)
    page = hers.page
    offer = page.get_by_role("button", name="Send it as a file")
    lines = "\n".join(f"line {number}" for number in range(40))
    await hers.composer.fill("See:")
    await page.evaluate(PASTE, "short")
    await expect(offer).to_have_count(0)
    await page.evaluate(PASTE, lines.replace("\n", "\r\n"))
    await expect(offer).to_be_visible()
    await is_accessible(page)
    await offer.click()
    await expect(hers.composer).to_have_value("See:short")
    await expect(offer).to_have_count(0)
    await expect(page.locator("file-tray")).to_contain_text("Pasted text.txt")
    await page.keyboard.press("Enter")
    await expect(hers.message("See:short").locator(".file-lines")).to_contain_text("line 0")
    await page.evaluate(PASTE, lines)
    await hers.button("Keep it as text").click()
    await expect(offer).to_have_count(0)
    await expect(hers.composer).to_have_value(lines)


async def chooses_files(page: Page, within: Locator, *names: str) -> None:
    """Choose files for a message, or for its edit, which has no other ways to files."""
    async with page.expect_file_chooser() as chooser:
        await within.get_by_role("button", name="Add files").click()
        if not await within.locator(".editor-bar").count():
            await page.get_by_role("menuitem", name="Choose files").click()
    await (await chooser.value).set_files([{"name": name, "mimeType": "", "buffer": b"\0" * 9} for name in names])


async def test_an_edit_removes_files_and_adds_others(two):
    hers, his = await open_room(two.ada, two.general), await open_room(two.bob, two.general)
    page, shown = hers.page, his.page.locator("message-files .file-name")
    await chooses_files(page, page.locator("room-composer"), "a.bin", "b.bin")
    await expect(page.locator("room-composer .tray-file")).to_have_count(2)
    await hers.composer.fill("look")
    await page.keyboard.press("Enter")
    await expect(shown).to_have_text(["a.bin", "b.bin"])
    await hers.chooses("look", "Edit")
    editor = page.locator(".editor")
    tiles = editor.locator(".tray-open")
    await expect(tiles).to_have_count(2)
    await is_accessible(page)
    await tiles.first.focus()
    await page.keyboard.press("Delete")
    await expect(tiles).to_have_count(1)
    await expect(tiles).to_be_focused()
    await chooses_files(page, editor, "c.bin")
    await expect(tiles).to_have_count(2)
    await page.keyboard.press("Shift+Tab")
    await hers.editor.fill("changed")
    await page.keyboard.press("Enter")
    await expect(editor).to_have_count(0)
    await his.sees("changed")
    await expect(shown).to_have_text(["b.bin", "c.bin"])
    # Without a text the message must keep a file.
    await hers.chooses("changed", "Edit")
    await hers.editor.fill("")
    await tiles.last.focus()
    await page.keyboard.press("Delete")
    await hers.editor.focus()
    await page.keyboard.press("Enter")
    await expect(shown).to_have_text(["b.bin"])
    assert await his.messages.last.locator("message-body").count() == 0
