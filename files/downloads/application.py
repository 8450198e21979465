"""The ASGI application of downloads: /files/<key>/<name>, and the thumbnails /files/<key>/small and …/large.

Without Django's views: a download may take hours, and Django would keep a thread for it; and a page with twenty
pictures asks for each of them again at each request, so that a request must cost little.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from math import ceil
from typing import NamedTuple
from urllib.parse import quote
from uuid import UUID

import msgspec
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import translation
from django.utils.http import http_date

from accounts.identity.authentication import find_language, find_visitor
from files.conf import files_setting
from files.downloads.conditions import ByteRange, Unsatisfiable, find_span, has_same, is_unmodified, wants_other
from files.downloads.contents import Content, from_storage, open_content
from files.downloads.found_files import FoundFile
from files.downloads.streams import PIECE_BYTES, ContentStream
from notifications.streams.asgi_middleware import is_secure_enough
from realtime.conf import limits as engine_limits
from realtime.engine.origin import is_our_host
from realtime.shared.batches import Batches
from realtime.shared.each_loop import EachLoop
from realtime.shared.errors import CommandError, NotFound, Unavailable
from realtime.shared.headers import Headers, join_headers
from realtime.shared.rate_limit import ProcessRateLimit
from realtime.shared.texts import lazy_text as _
from realtime.shared.threads import readers

logger = logging.getLogger(__name__)

ADDRESS = re.compile(r"/files/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/([^/]+)")
# A browser asks again for everything that a page shows: twenty rooms with twenty pictures each, one after the other.
downloads_of_user = ProcessRateLimit(50, 1, _("You're loading files too quickly."), burst=600)
ALWAYS = {
    "Accept-Ranges": "bytes",
    # The browser keeps a file, and asks each time whether it may still show it: who was removed must not see it.
    "Cache-Control": "private, no-cache",
    # In a tab of its own a file has no origin, runs nothing and loads nothing but itself.
    "Content-Security-Policy": "sandbox; default-src 'none'; media-src 'self'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

type Pair = tuple[int, UUID]  # a user's id, and the key of a file
type FindFiles = Callable[[Sequence[Pair]], Sequence[FoundFile | None]]


class DownloadRequest(NamedTuple):
    """A request, and the file that it wants."""

    scope: dict
    headers: Headers
    key: UUID
    part: str

    @property
    def is_head(self) -> bool:
        return bool(self.scope["method"] == "HEAD")


class DownloadMiddleware:
    """Answer a request for a file that its user may see, and pass all others on, which then find nothing.

    `find_files` returns for each pair the file, or None if there is none or the user may not see it.
    """

    def __init__(self, app: Callable[..., Awaitable], find_files: FindFiles) -> None:
        self.app = app
        self.lookups = EachLoop[Batches[Pair, FoundFile | None]](
            lambda: Batches(readers, find_files, engine_limits.READS_WAITING)
        )

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        request = read_request(scope)
        if request is None:
            await self.app(scope, receive, send)
            return
        (user, credentials), refusal = await find_visitor(request.headers)
        try:
            if refusal and refusal.status == Unavailable.status:
                raise Unavailable(retry_after=5)
            is_answered = isinstance(user, AbstractBaseUser) and await self.answer(request, user.pk, receive, send)
            if not is_answered and b"authorization" in request.headers:
                raise NotFound  # a program, which has no use for the page
        except CommandError as error:
            with translation.override(find_language(user, credentials, request.headers)):
                await send_error(send, error)
            return
        if not is_answered:
            await self.app(scope, receive, send)

    async def answer(self, request: DownloadRequest, user_id: int, receive: Callable, send: Callable) -> bool:
        """Answer the request, and return whether there is such a file."""
        downloads_of_user.spend(user_id)
        file = await self.find_file(user_id, request.key)
        if file is None:
            return False
        part = file.find_part(request.part)
        headers = ALWAYS | file.describe_part(part)
        if prefix := files_setting("FILES_X_ACCEL"):
            # nginx knows of conditions and ranges, and has an ETag of its own.
            del headers["ETag"]
            await send_head(send, 200, headers | {"X-Accel-Redirect": f"{prefix}/{quote(file.stored[part])}"})
            return True
        if wants_other(request.headers, headers["ETag"]):
            await send_head(send, 412, headers | {"Content-Length": "0"})
            return True
        if has_same(request.headers, headers["ETag"]):
            await send_head(send, 304, headers)
            return True
        content = await open_stored(file.stored[part])
        if content is None:
            return False

        stream = ContentStream(content, user_id, lambda: self.is_allowed(request, user_id), receive, send)
        await send_found(request, headers, content, stream)
        return True

    async def is_allowed(self, request: DownloadRequest, user_id: int) -> bool:
        """Return whether the user is still signed in and may see the file; as before while the database is away."""
        (user, _credentials), refusal = await find_visitor(request.headers)
        try:
            if user.pk == user_id:
                return await self.find_file(user_id, request.key) is not None
        except CommandError:
            return True
        return refusal is not None and refusal.status == Unavailable.status

    async def find_file(self, user_id: int, key: UUID) -> FoundFile | None:
        return await self.lookups.get().add((user_id, key))


def read_request(scope: dict) -> DownloadRequest | None:
    """Return the request if it is one for a file that Django would not redirect or refuse."""
    address = ADDRESS.fullmatch(scope["path"])
    if address is None or scope["method"] not in ("GET", "HEAD") or not is_secure_enough(scope):
        return None
    headers = join_headers(scope["headers"])
    return DownloadRequest(scope, headers, UUID(address[1]), address[2]) if is_our_host(headers) else None


async def open_stored(name: str) -> Content | None:
    """Return the content; None if the storage does not have it. Raises Unavailable if it does not answer."""
    try:
        return await from_storage(open_content, name)
    except NotFound:
        logger.warning("The storage does not have %s, which is a part of a file", name)
        return None


async def send_found(
    request: DownloadRequest, headers: dict[str, str], content: Content, stream: ContentStream
) -> None:
    headers = headers | {"Last-Modified": http_date(content.modified), "Content-Length": str(content.size)}
    whole = ByteRange(0, content.size)
    if is_unmodified(request.headers, content.modified):
        await send_head(stream.send, 304, headers)
        return
    if request.is_head:
        await send_head(stream.send, 200, headers)
        return
    try:
        span = find_span(request.headers, content.size, headers["ETag"], content.modified)
    except Unsatisfiable:
        missing = {"Content-Range": f"bytes */{content.size}", "Content-Length": "0"}
        await send_head(stream.send, 416, headers | missing)
        return
    if span is not None:
        headers["Content-Range"] = f"bytes {span.begin}-{span.end - 1}/{content.size}"
        headers["Content-Length"] = str(span.length)
    await send_span(200 if span is None else 206, headers, span or whole, stream)


async def send_span(status: int, headers: dict[str, str], span: ByteRange, stream: ContentStream) -> None:
    if span.length > PIECE_BYTES:
        # nginx would read all of it at once and store it, so that it could end no download.
        headers["X-Accel-Buffering"] = "no"
    async with stream.take_slot(span):
        first = await stream.read(span.begin, span.end)  # before the head, which cannot be taken back
        await send_head(stream.send, status, headers, more_body=True)
        await stream.send_pieces(first, span)


async def send_head(send: Callable, status: int, headers: dict[str, str], *, more_body: bool = False) -> None:
    lines = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    if status == 304:
        lines = [(name, value) for name, value in lines if name != b"content-length"]
    await send({"type": "http.response.start", "status": status, "headers": lines})
    if not more_body:
        await send({"type": "http.response.body", "body": b""})


async def send_error(send: Callable, error: CommandError) -> None:
    body = msgspec.json.encode({"error": error.as_data()})
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store", "Content-Length": str(len(body))}
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, ceil(error.retry_after)))
    await send_head(send, error.status, headers, more_body=True)
    await send({"type": "http.response.body", "body": body})
