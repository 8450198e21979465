import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.known_devices import remember_device
from accounts.password_hashers import RETRY_AFTER_SECONDS, TooManyHashes


class TimeZoneMiddleware:
    """Show every time as the clock on the person's wall does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # override, not activate: the thread serves somebody else next.
        with timezone.override(find_zone(request)):
            return self.get_response(request)


class KnownDeviceMiddleware:
    """Let the browser keep that somebody has signed in with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user = getattr(request, "known_user", None)
        if user is not None:
            remember_device(request, response, user)
        return response


class PasswordHashingMiddleware:
    """Answer 503 where a password would have to wait too long to be hashed, whichever page asked for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, TooManyHashes):
            return None
        response = render(request, "account/busy.html", status=503)
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response


def find_zone(request: HttpRequest) -> zoneinfo.ZoneInfo | None:
    """Return the person's zone, or None: the site's. A zone the system no longer knows breaks no page."""
    if not request.user.is_authenticated:
        return None
    try:
        return zoneinfo.ZoneInfo(request.user.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None
