"""The API of streams as a view, for sites that do not put `notifications.streams.asgi_middleware` before Django."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from notifications.streams.api import answer
from realtime.shared.address import find_address
from realtime.shared.http import BODY_BYTES, as_json


@csrf_exempt
@login_not_required
async def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish to a stream. No session counts: only the stream's token does."""
    body = request.read(BODY_BYTES + 1)
    address = find_address([request.headers.get("X-Forwarded-For", "")], request.META.get("REMOTE_ADDR", ""))
    told = await answer(request.method or "", slug, request.headers.get("Authorization", ""), body, address)
    response = as_json(told.data, status=told.status)
    for name, value in told.headers.items():
        response[name] = value
    return response
