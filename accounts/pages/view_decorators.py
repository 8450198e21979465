"""Decorators for views: responses in JSON, and views that take only the POST of a form."""

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
    """A request of a signed-in user, with any user model."""

    user: Any  # of the site's own model


def json_page(view: Callable[..., object]) -> View:
    """Return a GET view that answers with its result as JSON."""
    return login_not_required(require_safe(answered_as_json(view)))


def json_command(view: Callable[..., object]) -> View:
    """Return a POST view that answers with its result as JSON."""
    return login_not_required(require_POST(answered_as_json(view)))


def answered_as_json(view: Callable[..., object]) -> View:
    """Return a view that answers with its result or its CommandError as JSON.

    A signed-out user gets 401: a fetch cannot use a redirect to the sign-in page.
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
    """Take the POST of the form on that page, and redirect a GET to the page.

    A GET comes from a typed address, or from the sign-in of a user whose session expired before they sent the form.
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
