import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone


class TimeZoneMiddleware:
    """Show every time as the clock on the person's wall does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # override, not activate: the thread serves somebody else next.
        with timezone.override(find_zone(request)):
            return self.get_response(request)


def find_zone(request: HttpRequest) -> zoneinfo.ZoneInfo | None:
    """Return the person's zone, or None: the site's. A zone the system no longer knows breaks no page."""
    if not request.user.is_authenticated:
        return None
    try:
        return zoneinfo.ZoneInfo(request.user.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None
