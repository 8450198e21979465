"""The images of link previews. The membership is checked on each request."""

from uuid import UUID

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from chat.models import MessagePreview
from chat.views.refusals import refused_in_words
from chat.views.visible_rooms import visible_room
from realtime.shared.errors import NotFound


@require_safe
@refused_in_words("room")
def show_preview_image(request: HttpRequest, room_id: int, message_id: int, image: UUID) -> HttpResponse:
    """Return the image of a preview that a message in a visible room shows now. Raises NotFound."""
    visible_room(request.user, room_id)
    shown = MessagePreview.objects.filter(
        message=message_id, message__room=room_id, message__deleted_at=None, image=image, is_removed=False
    )
    preview = shown.select_related("image").first()
    if preview is None or preview.image is None:
        raise NotFound
    etag = f'"{image.hex}"'
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    else:
        try:
            with default_storage.open(preview.image.stored) as file:  # some ten KiB
                response = HttpResponse(file.read(), content_type="image/webp")
        except FileNotFoundError:
            raise NotFound from None
    response["ETag"] = etag
    # The image never changes, but who may see it does: a browser keeps it, and asks each time.
    response["Cache-Control"] = "private, no-cache, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
