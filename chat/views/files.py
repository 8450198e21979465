"""The addresses of files, where the user may not see the file or there is none.

A file that the user may see is sent by DownloadMiddleware (files/downloads/), before Django.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def find_nothing(request: HttpRequest, key: object, name: str = "") -> HttpResponse:
    """Raise Http404, for whatever reason. LoginRequiredMiddleware sends who is signed out to the sign-in."""
    raise Http404
