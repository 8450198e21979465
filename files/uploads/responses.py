"""The responses to requests of uploads."""

from collections.abc import Callable
from math import ceil
from typing import NamedTuple

import msgspec
from django.utils import translation

from realtime.shared.errors import CommandError


class UploadResponse(NamedTuple):
    status: int
    headers: dict[str, str] = {}
    body: bytes = b""


def as_refusal(error: CommandError, language: str) -> UploadResponse:
    headers = {"Content-Type": "application/json"}
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, ceil(error.retry_after)))
    if error.status == 412:
        headers["Tus-Version"] = "1.0.0"
    with translation.override(language):
        return UploadResponse(error.status, headers, msgspec.json.encode({"error": error.as_data()}))


async def send_upload_response(send: Callable, response: UploadResponse, *, is_head: bool) -> None:
    fixed = {"Tus-Resumable": "1.0.0", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    headers = fixed | {name: value for name, value in response.headers.items() if value}
    if response.status != 204:
        headers["Content-Length"] = str(0 if is_head else len(response.body))
    if response.status >= 400:
        headers["Connection"] = "close"  # a body that nobody reads must not arrive in full first
    lines = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": lines})
    await send({"type": "http.response.body", "body": b"" if is_head else response.body})
