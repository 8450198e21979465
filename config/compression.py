"""Pages and JSON go out compressed: on a slow connection their size is what a person waits for."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

COMPRESSED = ("text/", "application/json", "application/javascript", "application/manifest+json")


class CompressionMiddleware(GZipMiddleware):
    """Compress texts with gzip; a picture is compressed already.

    A page holds what its reader typed beside what is secret, so its length could tell one about the other (BREACH).
    Django's middleware therefore adds up to 100 random bytes to each answer, and the CSRF token is another one in each.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if isinstance(response, HttpResponse) and response.get("Content-Type", "").startswith(COMPRESSED):
            return super().process_response(request, response)
        return response
