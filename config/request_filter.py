"""ASGI middleware that refuses malformed and oversized requests before they reach Django."""

import re
from collections.abc import Awaitable, Callable

from django.utils.http import parse_header_parameters

from accounts.pages.avatars import MAX_MEGABYTES
from realtime.shared.headers import Headers, join_headers
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

# Django stores a body on disk before it checks the user. The limit is twice that of a picture, so that the form can
# answer most uploads that are too large.
BODY_BYTES = 2 * MAX_MEGABYTES * 1_000_000

BOUNDARY = re.compile(r"[ -~]{0,200}[!-~]")  # as in Django

UNREADABLE = (400, _("This request cannot be read."))
TOO_LARGE = (
    413,
    fill_lazy(_("This is too large. A picture may have %(max_megabytes)s MB."), max_megabytes=MAX_MEGABYTES),
)


class RequestFilter:
    """Answers 400 to headers on which Django or PostgreSQL would fail, and 413 to bodies above BODY_BYTES."""

    def __init__(self, app: Callable[..., Awaitable]) -> None:
        self.app = app

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        headers = join_headers(scope["headers"])
        if not (is_readable(headers) and is_text(scope)):
            await send_refusal(send, *UNREADABLE)
        elif announced(headers) > BODY_BYTES:
            await send_refusal(send, *TOO_LARGE)
        else:
            await self._let_in(scope, receive, send)

    async def _let_in(self, scope: dict, receive: Callable, send: Callable) -> None:
        left = BODY_BYTES

        async def receive_bounded() -> dict:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            return message if left >= 0 else {"type": "http.disconnect"}

        await self.app(scope, receive_bounded, send)
        if left < 0:  # Django has not answered, because it reads the whole body first
            await send_refusal(send, *TOO_LARGE)


def is_readable(headers: Headers) -> bool:
    """Return whether Django can work with these headers.

    With others its error pages fail: the page for 400 parses a form in an encoding other than UTF-8 once more, and
    the page for 404 parses one without a boundary. PostgreSQL cannot look up a session whose key has a NUL, which a
    cookie can contain as \\000.
    """
    if b"\\000" in headers.get(b"cookie", b""):
        return False
    try:
        kind, parameters = parse_header_parameters(headers.get(b"content-type", b"").decode("latin-1"))
    except ValueError:
        return False
    if kind == "multipart/form-data" and not BOUNDARY.fullmatch(parameters.get("boundary", "")):
        return False
    return parameters.get("charset", "utf-8").lower() == "utf-8"


def is_text(scope: dict) -> bool:
    """Return whether path and query are text without a NUL, with which PostgreSQL cannot search."""
    query = scope.get("query_string", b"")
    try:
        scope["path"].encode()
        query.decode()
    except UnicodeError:
        return False
    return "\0" not in scope["path"] and b"\0" not in query and b"%00" not in query


def announced(headers: Headers) -> int:
    length = headers.get(b"content-length", b"0")
    return int(length[:18]) if length.isdigit() else 0


async def send_refusal(send: Callable, status: int, sentence: str, *more: tuple[bytes, bytes]) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close"), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence.encode()})
