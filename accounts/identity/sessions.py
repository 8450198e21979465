"""Sliding expiry of sessions: a session that is used is extended, with at most one write a day."""

import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse

RENEWED_AT = "renewed_at"  # in a session: when it was last extended, in seconds since 1970
RENEWED_EVERY = timedelta(days=1)
# The longest that browsers keep a cookie. The server decides when a session ends: a page that stays open for weeks
# over one connection gets no new cookie, and with a shorter one its user would be signed out at the next reload.
COOKIE_SECONDS = 400 * 24 * 3600


class SessionRenewalMiddleware:
    """Extend the session of a signed-in user, at most once a day. Goes inside SessionMiddleware, which saves it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code >= 500:
            return response  # Reading the session would wait once more for a database that does not answer.
        session = request.session
        if session.accessed and SESSION_KEY in session:
            age = time.time() - session.get(RENEWED_AT, 0)
            if age >= RENEWED_EVERY.total_seconds():
                note_renewal(session)
        return response


def note_renewal(session: SessionBase) -> None:
    """Mark a session as extended now. The change makes SessionMiddleware save it with a new expiry date."""
    session[RENEWED_AT] = int(time.time())


class SessionCookieMiddleware:
    """Make the session cookie outlive the session. Goes around SessionMiddleware, which sets the cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie and cookie["max-age"]:
            cookie["max-age"] = COOKIE_SECONDS
            cookie["expires"] = ""
        return response
