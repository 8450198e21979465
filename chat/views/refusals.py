"""The errors of services as messages on pages."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from chat.views.visible_rooms import NotInRoom
from realtime.shared.errors import CommandError, NotFound

View = Callable[..., HttpResponse]


def refused_in_words(back: str) -> Callable[[View], View]:
    """Show the error of a refused form as a message on the page named `back`, a URL with the room's id or without.

    A room that does not exist and one that the user may not see give the same 404.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except NotFound as error:
                raise Http404(error.message) from error
            except CommandError as error:
                messages.error(request, error.message)
                room_id = kwargs.get("room_id")
                # Another page of the room would refuse this user, too, and show the error twice.
                page = "room" if isinstance(error, NotInRoom) else back
                return redirect(page, room_id) if room_id else redirect(back)

        return answer

    return decorate
