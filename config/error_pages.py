"""The responses during an outage of the database or a shortage of file descriptors: 503, and when to try again."""

import logging

from django.conf import settings
from django.core.handlers import exception
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLResolver
from django.utils.translation import gettext_lazy

from realtime.serving.descriptors import is_shortage, shortage
from realtime.shared.database_errors import is_outage, translate
from realtime.shared.errors import OutcomeUnknown
from realtime.shared.http import refusal_as_json
from realtime.shared.outage import outage

RETRY_AFTER_SECONDS = 5
UNAVAILABLE = 503
BUSY = gettext_lazy("The server is busy. Try again in a few seconds.")
handle_mistake = exception.handle_uncaught_exception  # Django's own: status 500, or the traceback with DEBUG
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def install() -> None:
    """Let Django call our handler for uncaught exceptions in views, middleware and the admin.

    `handler500` cannot be used: with DEBUG Django does not call it, and its own page queries the database for the
    user.
    `process_exception` of a middleware gets the exceptions of views, but not those of other middleware.
    """
    exception.handle_uncaught_exception = handle_uncaught_exception


def handle_uncaught_exception(request: HttpRequest, resolver: URLResolver, exc_info: tuple) -> HttpResponse:
    if is_outage(exc_info[1]):
        return show_outage(request, exc_info[1])
    if is_shortage(exc_info[1]):
        return show_shortage()
    return handle_mistake(request, resolver, exc_info)


def show_outage(request: HttpRequest, error: BaseException) -> HttpResponse:
    """Return a page, or JSON for a script, that asks to try again."""
    outage.report_down(error)
    refusal = translate(error, stores=request.method not in SAFE_METHODS)
    refusal.retry_after = RETRY_AFTER_SECONDS
    if wants_json(request):
        return refusal_as_json(refusal)
    # Without a request context, because its processors may query the database.
    context = {
        "request": request,
        "SITE_NAME": settings.SITE_NAME,
        "is_unknown": isinstance(refusal, OutcomeUnknown),
        "may_repeat": request.method in SAFE_METHODS,
    }
    return as_unavailable(render_to_string("503.html", context))


def show_shortage() -> HttpResponse:
    """Return plain text, because a template is a file that could not be opened."""
    shortage.report()
    return as_unavailable(str(BUSY), "text/plain; charset=utf-8")


def as_unavailable(content: str, content_type: str | None = None) -> HttpResponse:
    response = HttpResponse(content, content_type, status=503)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def wants_json(request: HttpRequest) -> bool:
    return (
        request.path.endswith(".json")
        or request.path.startswith("/api/")
        or request.headers.get("Accept", "").startswith("application/json")
    )


class WithoutOutages(logging.Filter):
    """Hides requests that failed in an outage or shortage, for which there are two log lines already."""

    def filter(self, record: logging.LogRecord) -> bool:
        if outage.is_on and getattr(record, "status_code", 0) == UNAVAILABLE:
            return False
        error = record.exc_info[1] if record.exc_info else None
        return error is None or not (is_outage(error) or is_shortage(error))
