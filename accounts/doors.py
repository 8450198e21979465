"""What a view lets in."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

type View = Callable[..., HttpResponse]


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
