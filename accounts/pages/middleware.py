from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.utils import translation

from accounts.identity import languages
from accounts.pages.local_time import local_time_of
from accounts.sign_in.known_devices import remember_device
from accounts.sign_in.password_hashers import RETRY_AFTER_SECONDS, TooManyHashes


class TimeZoneMiddleware:
    """Format all times of a page as the request's browser does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with local_time_of(request):
            return self.get_response(request)


class LanguageMiddleware(LocaleMiddleware):
    """Show each page in the language that its user has chosen, or else in the browser's.

    A page without a sign-in looks up no user: there Django's own uses the cookie, which has the user's choice.
    """

    async_capable = False

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Django's own leaves the language active in the thread, which serves another user next.
        with translation.override(translation.get_language()):
            response = super().__call__(request)
            assert isinstance(response, HttpResponseBase)
            chosen = getattr(request, "chosen_language", None)
            if chosen is not None:
                languages.keep_in_cookie(request, response, chosen)
            return response

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> None:
        if not getattr(view, "login_required", True) or not request.user.is_authenticated:
            return
        chosen = languages.chosen_language(request.user)
        language = chosen or languages.browser_language(request.headers.get("Accept-Language", ""))
        translation.activate(language)
        request.LANGUAGE_CODE = language
        request.chosen_language = chosen  # type: ignore[attr-defined]


class KnownDeviceMiddleware:
    """Set the cookie of a known browser on the response to a sign-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user = getattr(request, "known_user", None)
        if user is not None:
            remember_device(request, response, user)
        return response


class PasswordHashingMiddleware:
    """Answer 503 where the hash of a password would have to wait too long, on any page."""

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
