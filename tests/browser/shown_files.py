"""Messages with files, and the content of these files for browsers."""

import asyncio
import base64
import io
import wave
from uuid import uuid4

from django.contrib.auth import get_user_model
from PIL import Image
from playwright.async_api import BrowserContext, Route

from chat import services
from chat.models import Message, Room
from chat.services import MessageDraft

LINES = '<pre><code><span class="k">print</span>(1)</code></pre>'
THUMBHASH = "3wcKPZpwd3dwh4eHd3d3h4CACPeH"


def image(width: int = 1600, height: int = 1000, name: str = "harbour.jpg", **more) -> dict:
    facts = {"width": width, "height": height, "thumbhash": THUMBHASH}
    return file(name, "image", "image/jpeg", **facts | more)


def voice(**more) -> dict:
    waveform = base64.b64encode(bytes(range(0, 250, 5))).decode()
    return file("voice.webm", "audio", "audio/wav", duration=4.0, waveform=waveform, voice=True, **more)


def file(name: str, kind: str = "other", content_type: str = "application/pdf", **more) -> dict:
    shown = {"id": str(uuid4()), "name": name, "kind": kind, "type": content_type, "size": 48_213, "alt": ""}
    return shown | more


def post_files(room_id: int, author_id: int, *files: dict, text: str = "") -> int:
    """Post a message with these files and return its id."""
    author, room = get_user_model().objects.get(pk=author_id), Room.objects.get(pk=room_id)
    [posted] = services.post_messages([MessageDraft(room.pk, author.pk, uuid4(), text or "-")])
    Message.objects.filter(pk=posted.id).update(files=list(files), **({} if text else {"text": "", "html": ""}))
    return posted.id


async def serve_files(context: BrowserContext, *, missing: str = "", after: asyncio.Event | None = None) -> list[str]:
    """Answer requests for files with pictures and sounds. Returns the list of the requested paths.

    `missing`: the id of a file that is not found. `after`: when the answers begin.
    """
    asked: list[str] = []

    async def answer(route: Route) -> None:
        path = route.request.url.partition("/files/")[2]
        asked.append(path)
        if after:
            await after.wait()
        if missing and path.startswith(missing):
            await route.fulfill(status=404, body="")
        elif path.endswith((".webm", ".wav")):
            await fulfil_range(route, SOUND)
        else:
            await route.fulfill(status=200, content_type="image/png", body=PICTURE)

    await context.route("**/files/*-*/*", answer)
    return asked


async def fulfil_range(route: Route, content: bytes) -> None:
    """Without ranges browsers could not seek."""
    start = int((route.request.headers.get("range") or "bytes=0-").removeprefix("bytes=").partition("-")[0])
    headers = {"Accept-Ranges": "bytes", "Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"}
    await route.fulfill(status=206, content_type="audio/wav", headers=headers, body=content[start:])


def draw_picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (160, 100), "teal").save(out, format="PNG")
    return out.getvalue()


def make_sound() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8_000)
        sound.writeframes(bytes(8_000 * 4))
    return out.getvalue()


PICTURE, SOUND = draw_picture(), make_sound()
