from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.pages.local_time import local_time_of
from accounts.sign_in.known_devices import remember_device
from accounts.sign_in.password_hashers import RETRY_AFTER_SECONDS, TooManyHashes


class TimeZoneMiddleware:
    """Write every time as the person's browser does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with local_time_of(request):
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
