"""The previews of links as the server renders them. static/js/elements/link-previews.js renders the same."""

from collections.abc import Collection

from django.urls import reverse

from chat.models import Message

# static/js/elements/link-previews.js has the same numbers.
WIDE, WIDEST, HIGHEST, BESIDE = 1.4, 360, 220, 72


def show_previews(message: Message, linked: Collection[dict] = ()) -> dict | None:
    """Return what the template shows below a message. `linked`: the messages to which it links, for this reader."""
    if message.deleted_at or not (message.previews or linked):
        return None
    return {"pages": [show_preview(message, preview) for preview in message.previews or ()], "messages": list(linked)}


def show_preview(message: Message, preview: dict) -> dict:
    image = preview.get("image")
    if image is None:
        return preview
    is_wide, width, height = image_layout(image["width"], image["height"])
    src = reverse("preview_image", args=[message.room_id, message.pk, image["id"]])
    return preview | {"is_wide": is_wide, "width": width, "height": height, "src": src}


def image_layout(width: int, height: int) -> tuple[bool, int, int]:
    """Return whether an image is shown below the text, and its size there."""
    if width / height < WIDE or width < 2 * BESIDE:
        return False, BESIDE, BESIDE
    scale = min(1, WIDEST / width, HIGHEST / height)
    return True, int(width * scale + 0.5), int(height * scale + 0.5)
