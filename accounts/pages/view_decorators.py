"""Decorators for views: answer as JSON, or take only what a form sends."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from realtime.shared.errors import CommandError
from realtime.shared.http import SignedOut, as_json, refusal_as_json

type View = Callable[..., HttpResponse]


class SignedInRequest(HttpRequest):
    """A request of somebody who is signed in, on any site."""

    user: Any  # of the site's own model


def json_page(view: Callable[..., object]) -> View:
    """Answer a GET with what the view returns, as JSON."""
    return login_not_required(require_safe(answered_as_json(view)))


def json_command(view: Callable[..., object]) -> View:
    """Answer a POST with what the view returns, as JSON."""
    return login_not_required(require_POST(answered_as_json(view)))


def answered_as_json(view: Callable[..., object]) -> View:
    """Give a view's result, or its refusal, as JSON.

    A fetch cannot follow a redirect to the sign-in page in any useful way: it is told 401.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            if not request.user.is_authenticated:
                raise SignedOut
            return as_json(view(request, *args, **kwargs))
        except CommandError as error:
            return refusal_as_json(error)

    return answer


def takes_form_of(page: str) -> Callable[[View], View]:
    """Take what the form on that page sends. Whoever comes by the address alone is led to the page.

    So does everybody whose session ran out before they pressed: the sign-in leads back by a GET.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.method not in ("GET", "HEAD"):
                return require_POST(view)(request, *args, **kwargs)
            room_id = kwargs.get("room_id")
            return redirect(page, room_id) if room_id else redirect(page)

        return answer

    return decorate
