"""What a view lets in: the method, the person, and how a refusal is told."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from chat.views.answers import as_json
from chat.views.refusals import refusal_as_json
from realtime.errors import CommandError

SIGNED_OUT = {"error": {"code": "signed_out", "message": "Sign in first.", "retry": False}}


def json_page(view: Callable[..., object]) -> Callable[..., HttpResponse]:
    """Answer a GET with what the view returns, as JSON.

    A fetch cannot follow a redirect to the sign-in page in any useful way: it is told 401.
    """

    @login_not_required
    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return as_json(SIGNED_OUT, status=401)
        try:
            return as_json(view(request, *args, **kwargs))
        except CommandError as error:
            return refusal_as_json(error)

    return answer
