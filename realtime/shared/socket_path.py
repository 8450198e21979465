"""The path of the WebSocket: LIVE_BELL_PATH on a site that uses /ws/ itself."""

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.urls import get_script_prefix

USUAL = "/ws/"


def find_socket_path() -> str:
    return getattr(settings, "LIVE_BELL_PATH", USUAL)


def find_socket_url(request: HttpRequest | None) -> str | None:
    """Return the URL to which a page connects; None for a page served by WSGI, which has no WebSocket.

    A site that serves pages by WSGI and the WebSocket by an ASGI server beside it sets LIVE_BELL_PATH.
    """
    if isinstance(request, WSGIRequest) and not hasattr(settings, "LIVE_BELL_PATH"):
        return None
    return get_script_prefix() + find_socket_path().removeprefix("/")
