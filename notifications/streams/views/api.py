"""The stream API as a Django view, for sites without `notifications.streams.asgi_middleware`."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from notifications.streams.api import answer_post
from realtime.shared.address import find_address
from realtime.shared.http import BODY_BYTES, as_json


@csrf_exempt
@login_not_required
async def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish to a stream. Only the stream's token counts, not a session."""
    body = request.read(BODY_BYTES + 1)
    address = find_address([request.headers.get("X-Forwarded-For", "")], request.META.get("REMOTE_ADDR", ""))
    result = await answer_post(request.method or "", slug, request.headers.get("Authorization", ""), body, address)
    response = as_json(result.data, status=result.status)
    for name, value in result.headers.items():
        response[name] = value
    return response
