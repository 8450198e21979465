"""The one place where a service's refusal becomes a sentence on a page."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from chat.views.visible_rooms import NotInRoom
from realtime.shared.errors import CommandError, NotFound

View = Callable[..., HttpResponse]


def refused_in_words(back: str) -> Callable[[View], View]:
    """Show a refused form's reason on the page named `back`, a URL of the same room or of none.

    What is not there and what is not yours are the same 404.
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
                # The room's other pages would refuse the same, and say it twice.
                page = "room" if isinstance(error, NotInRoom) else back
                return redirect(page, room_id) if room_id else redirect(back)

        return answer

    return decorate
