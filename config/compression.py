"""The compression of pages and JSON, because a slow connection takes long for their size."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

COMPRESSED = ("text/", "application/json", "application/javascript", "application/manifest+json")


class CompressionMiddleware(GZipMiddleware):
    """Compresses texts with gzip; pictures are compressed already.

    A page holds text typed by its user beside secrets, so its length could reveal one from the other (BREACH).
    Therefore Django's middleware adds up to 100 random bytes to each response, and the CSRF token differs in each.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if isinstance(response, HttpResponse) and response.get("Content-Type", "").startswith(COMPRESSED):
            return super().process_response(request, response)
        return response
