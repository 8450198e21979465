"""Sessions that live while they are used: each use puts their end off, and is written down once a day."""

import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse

RENEWED_AT = "renewed_at"  # in a session: the second in which its end was put off last
RENEWED_EVERY = timedelta(days=1)
# The longest that browsers keep one. When a session ends is for the server to say: a page that stays open for weeks
# over one connection gets no new cookie, and would be signed out when it is loaded again.
COOKIE_SECONDS = 400 * 24 * 3600


class SessionRenewalMiddleware:
    """Put the end of a session off that somebody signed in uses. Within SessionMiddleware, which saves it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code >= 500:
            return response  # A database that was silent would be asked, and waited for, once more.
        session = request.session
        if session.accessed and SESSION_KEY in session:
            age = time.time() - session.get(RENEWED_AT, 0)
            if age >= RENEWED_EVERY.total_seconds():
                note_renewal(session)
        return response


def note_renewal(session: SessionBase) -> None:
    """Have the session saved, and so its end put off, as at its beginning."""
    session[RENEWED_AT] = int(time.time())


class SessionCookieMiddleware:
    """Let the browser keep the cookie for longer than the session lives. Around SessionMiddleware, which sets it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie and cookie["max-age"]:
            cookie["max-age"] = COOKIE_SECONDS
            cookie["expires"] = ""
        return response
