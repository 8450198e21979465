"""JSON answers: never stored by anyone on the way, encoded like the frames of the socket."""

import msgspec
from django.http import HttpResponse


def as_json(data: object, *, status: int = 200) -> HttpResponse:
    """Return `data` as it also looks on the socket."""
    response = HttpResponse(msgspec.json.encode(data), status=status, content_type="application/json")
    response["Cache-Control"] = "no-store"
    return response
