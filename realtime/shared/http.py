"""JSON over HTTP, as on the WebSocket: the same encoding and the same errors, each with an HTTP status."""

from math import ceil

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException

from realtime.shared.errors import BadCommand, CommandError, Invalid, TooLarge
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

NUMBER_DIGITS = 18  # A 64-bit number may have 19.
BODY_BYTES = 64 * 1024  # A thousand ids are 20 KiB.


class SignedOut(CommandError):
    code = "signed_out"
    status = 401
    message = _("Sign in first.")


def as_json(data: object, *, status: int = 200) -> HttpResponse:
    """Return a JSON response, encoded as on the WebSocket. No cache may store it."""
    response = HttpResponse(msgspec.json.encode(data), status=status, content_type="application/json")
    response["Cache-Control"] = "no-store"
    return response


def refusal_as_json(error: CommandError) -> HttpResponse:
    """Return {"error": {code, message, …}} with the error's HTTP status."""
    response = as_json({"error": error.as_data()}, status=error.status)
    if error.retry_after:
        response["Retry-After"] = str(max(1, ceil(error.retry_after)))
    return response


def read_json[Form](request: HttpRequest, form: type[Form]) -> Form:
    """Return the request's body as this msgspec type.

    Raises BadCommand, which says where it is invalid, or TooLarge.
    """
    try:
        body = request.body
    except RequestDataTooBig:
        body = bytes(BODY_BYTES + 1)
    except RawPostDataException:  # the CSRF check has read the body as a form
        raise BadCommand(_("Send JSON, as application/json.")) from None
    check_size(body)
    return decode_json(body, form)


def check_size(body: bytes) -> None:
    if len(body) > BODY_BYTES:
        raise TooLarge(fill_lazy(_("Send at most %(value)s KiB."), value=BODY_BYTES // 1024))


def decode_json[Form](body: bytes, form: type[Form]) -> Form:
    """Return a body as this msgspec type. Raises BadCommand, which says where it is invalid."""
    try:
        return msgspec.json.decode(body, type=form)
    except msgspec.ValidationError as error:
        raise BadCommand(f"{error}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:  # RecursionError: nested too deeply
        raise BadCommand(_("Send one JSON object.")) from error


def whole_number(values, name: str, *, default: int | None = None) -> int | None:
    """Return a whole number from a query string. Raises Invalid for other text."""
    text = values.get(name)
    if text is None or text == "":
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= NUMBER_DIGITS):
        raise Invalid(fill_lazy(_("%(name)s is a whole number."), name=name))
    return int(text)
