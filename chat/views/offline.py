"""The offline page, as the service worker fetches and stores it."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from chat.pages.offline_page import render_page


@login_not_required
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    if request.headers.get("Sec-Fetch-Mode") == "navigate":
        return redirect("home")  # there is a connection, and the page would say that there is none
    language = request.GET.get("language", "")
    response = HttpResponse(render_page(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE))
    response["Cache-Control"] = "no-cache"
    return response
