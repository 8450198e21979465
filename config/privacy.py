"""What a browser may keep of the pages that somebody signed in was shown: nothing."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class PrivateAnswersMiddleware:
    """Let no browser and no proxy store an answer to a browser with a session: after signing out, Back shows nothing.

    Outermost but for the static files, so that refusals and errors are covered. It looks at the cookie alone: to ask
    whose it is would be a query, and an error page while the database is away. What a view calls immutable is left as
    it is: a picture, whose random name is never used again.
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
