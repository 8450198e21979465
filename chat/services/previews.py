"""Previews of links: store what was fetched, and remove one."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import transaction

from chat.models import Message, MessagePreview, PreviewImage
from chat.permissions import may
from chat.services.locked_rooms import locked_room, read_membership
from chat.services.message_previews import links_of
from chat.services.messages import find_text, save_change
from chat.text.outside_links import digest_of
from realtime.shared.errors import Forbidden, NotFound
from realtime.shared.texts import lazy_text as _


class FoundPreview(NamedTuple):
    """What a message shows of one link."""

    title: str
    description: str
    site: str
    host: str
    image: PreviewImage | None


@transaction.atomic
def store_previews(room_id: int, message_id: int, found: Mapping[str, FoundPreview]) -> None:
    """Give a message these previews, by the digests of their addresses, and publish it if that changes it.

    Only for links that it has now, and not for those whose preview was removed.
    """
    try:
        room = locked_room(room_id)
        message = find_text(room, message_id)
    except NotFound:
        return
    if message.deleted_at is not None or not room.has_link_previews:
        return
    links = links_of(message)
    rows = MessagePreview.objects.filter(message=message)
    removed = set(rows.filter(is_removed=True).values_list("digest", flat=True))
    new = {digest: preview for digest, preview in found.items() if digest in links and digest not in removed}
    MessagePreview.objects.bulk_create(
        [MessagePreview(message=message, digest=digest, image=preview.image) for digest, preview in new.items()],
        update_conflicts=True,
        unique_fields=["message", "digest"],
        update_fields=["image"],
    )
    before = {digest_of(preview["url"]): preview for preview in message.previews or ()}
    shown = before | {digest: preview_data(links[digest], preview) for digest, preview in new.items()}
    previews = [shown[digest] for digest in links if digest in shown] or None
    if previews != message.previews:
        message.previews = previews
        save_change(message)


def preview_data(url: str, preview: FoundPreview) -> dict[str, Any]:
    """Return a preview as JSON values. Keys that do not apply are absent."""
    data: dict[str, Any] = {"url": url, "host": preview.host, "title": preview.title}
    data |= {name: text for name, text in (("site", preview.site), ("description", preview.description)) if text}
    if preview.image is not None:
        image = preview.image
        data["image"] = {"id": str(image.pk), "width": image.width, "height": image.height}
    return data


@transaction.atomic
def remove_preview(room_id: int, by, message_id: int, url: str) -> Message:
    """Remove a preview from the user's own message, or with the right from any. One that is gone changes nothing.

    It does not come back while the message has the link. Raises NotFound or Forbidden.
    """
    room = locked_room(room_id)
    role = read_membership(room, by.id)
    if role is None or not role.active:
        raise NotFound
    message = find_text(room, message_id)
    if not (message.author_id == by.id or may(role, "delete_any")):
        raise Forbidden(_("You can only remove previews from your own messages."))
    left = [preview for preview in message.previews or () if preview["url"] != url]
    if len(left) != len(message.previews or ()):
        MessagePreview.objects.filter(message=message, digest=digest_of(url)).update(is_removed=True, image=None)
        message.previews = left or None
        save_change(message)
    return message
