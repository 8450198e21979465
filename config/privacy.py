"""The middleware that keeps pages of signed-in users out of caches."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class PrivateAnswersMiddleware:
    """Forbids browsers and proxies to store responses to a browser with a session.

    After sign-out, Back shows nothing. It is the outermost middleware besides the static files, so that refusals and
    errors are covered. It checks the cookie only: looking up the session would be a query, and fail while the
    database is down. Responses that a view calls immutable are left alone: pictures, whose random names are never
    used again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        has_session = (
            settings.SESSION_COOKIE_NAME in request.COOKIES or settings.SESSION_COOKIE_NAME in response.cookies
        )
        if has_session and "immutable" not in response.get("Cache-Control", ""):
            response["Cache-Control"] = "no-store, private"
        return response
