"""The ASGI application of uploads: tus 1.0 at /files/uploads/, and the status of an upload as JSON.

Without Django's views and their queue: a body may take hours, and only its bytes are handled then. Creation, offset,
resumption, expiration, checksum and termination are as in https://tus.io/protocols/resumable-upload.
"""

import re
from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec
from django.utils.http import http_date

from files.conf import MEGABYTE, files_setting
from files.errors import BadUpload, ChecksumMismatch, UploadNotFound, WrongOffset
from files.models import StoredFile
from files.partial_files import PartialFile, delete_partial_file, offset_of
from files.processing_queue import processing_queue
from files.uploads.creation import begin_upload, cancel_upload, finish_upload
from files.uploads.receivers import ConnectionLost, UploadReceiver, on_disk, receivers
from files.uploads.requests import ALGORITHMS, Checksum, UploadRequest
from files.uploads.responses import UploadResponse, as_refusal, send_upload_response
from files.uploads.status import describe_status, find_own_file, wait_until_processed
from files.uploads.visits import Visit, check_origin, find_request_language, sign_in
from notifications.streams.asgi_middleware import is_secure_enough
from realtime.engine.lifecycle import get_hub
from realtime.shared.errors import CommandError
from realtime.shared.threads import write

ROOT = "/files/uploads/"
ADDRESS = re.compile(rf"{ROOT}(?:([0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})/?)?")
EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
ROOT_METHODS, UPLOAD_METHODS = "OPTIONS, POST", "OPTIONS, HEAD, GET, PATCH, DELETE"
State = StoredFile.State


class UploadMiddleware:
    """Answer requests of uploads, and pass all others on."""

    def __init__(self, app: Callable[..., Awaitable]) -> None:
        self.app = app

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        address = ADDRESS.fullmatch(scope["path"])
        if address is None or not is_secure_enough(scope):
            await self.app(scope, receive, send)
            return
        request = UploadRequest(scope, receive)
        try:
            response = await answer_request(request, UUID(address[1]) if address[1] else None)
        except ConnectionLost:
            return
        await send_upload_response(send, response, is_head=request.method == "HEAD")


async def answer_request(request: UploadRequest, key: UUID | None) -> UploadResponse:
    if request.method == "OPTIONS":
        return describe_server()
    visit: Visit | None = None
    try:
        check_origin(request)
        visit = await sign_in(request)
        return await (answer_root(request, visit) if key is None else answer_upload(request, visit, key))
    except CommandError as error:
        return as_refusal(error, find_request_language(request, visit))


async def answer_root(request: UploadRequest, visit: Visit) -> UploadResponse:
    if request.method != "POST":
        return UploadResponse(405, {"Allow": ROOT_METHODS})
    request.check_version()
    return await create_upload(request, visit)


async def answer_upload(request: UploadRequest, visit: Visit, key: UUID) -> UploadResponse:
    match request.method:
        case "GET":
            file = await wait_until_processed(await find_file(visit, key))
            status = msgspec.json.encode(await describe_status(file))
            return UploadResponse(200, {"Content-Type": "application/json"}, status)
        case "HEAD":
            request.check_version()
            return await send_offset(visit, key)
        case "PATCH":
            request.check_version()
            return await continue_upload(request, visit, key)
        case "DELETE":
            request.check_version()
            return await terminate(visit, key)
    return UploadResponse(405, {"Allow": UPLOAD_METHODS})


def describe_server() -> UploadResponse:
    headers = {"Tus-Version": "1.0.0", "Tus-Extension": EXTENSIONS, "Tus-Checksum-Algorithm": ",".join(ALGORITHMS)}
    return UploadResponse(204, headers | {"Tus-Max-Size": str(files_setting("FILE_MEGABYTES") * MEGABYTE)})


async def create_upload(request: UploadRequest, visit: Visit) -> UploadResponse:
    """Begin an upload, or answer as before for a key that this user has used for it."""
    creation, checksum = request.read_creation(), request.read_checksum()
    if request.has_body and request.body_bytes > creation.length:
        raise BadUpload("The body has more bytes than Upload-Length.", 413)
    await get_hub()  # it starts the scheduler, which queues files again after a crash
    file = await write(begin_upload, visit.user, creation)
    headers = {"Location": f"{ROOT}{file.key}", "Upload-Expires": expiry_of(file)}
    if file.state != State.UPLOADING:
        return UploadResponse(201, headers | {"Upload-Offset": str(file.length)})
    offset = await receive_bytes(request, visit, file, 0 if request.has_body else None, checksum)
    return UploadResponse(201, headers | {"Upload-Offset": str(offset)})


async def send_offset(visit: Visit, key: UUID) -> UploadResponse:
    file = await find_file(visit, key)
    await receivers.get().stop_stalled(key)
    offset = file.length
    if file.state == State.UPLOADING:
        offset = await on_disk(offset_of, key)
        await finish_if_complete(file, offset)
    headers = {"Upload-Offset": str(offset), "Upload-Length": str(file.length), "Upload-Expires": expiry_of(file)}
    return UploadResponse(200, headers)


async def continue_upload(request: UploadRequest, visit: Visit, key: UUID) -> UploadResponse:
    offset, checksum = request.read_offset(), request.read_checksum()
    await get_hub()
    file = await find_file(visit, key)
    if file.state != State.UPLOADING:
        raise WrongOffset
    if offset + request.body_bytes > file.length:
        raise BadUpload("The body has more bytes than Upload-Length leaves.", 413)
    await receivers.get().stop_stalled(key)
    offset = await receive_bytes(request, visit, file, offset, checksum)
    return UploadResponse(204, {"Upload-Offset": str(offset), "Upload-Expires": expiry_of(file)})


async def terminate(visit: Visit, key: UUID) -> UploadResponse:
    file = await find_file(visit, key)
    await write(cancel_upload, file)
    await receivers.get().stop(key, UploadNotFound())
    await on_disk(delete_partial_file, key)
    return UploadResponse(204)


async def receive_bytes(
    request: UploadRequest, visit: Visit, file: StoredFile, offset: int | None, checksum: Checksum | None
) -> int:
    """Write the body behind the bytes that have arrived, and return the new offset.

    `offset`: where the client continues; None where it sends no bytes. At a new upload, bytes that arrived by an
    earlier request for the same key stay, and those of this one are not taken.
    """
    receiver = UploadReceiver(file.key, visit.credentials, request.receive)
    with receivers.get().add(receiver):
        partial = await on_disk(PartialFile, file.key)
        try:
            if offset == partial.offset:
                await receive_checked(receiver, partial, file.length, checksum)
            elif offset is not None and request.method == "PATCH":
                raise WrongOffset
        finally:
            await on_disk(partial.close)
    await finish_if_complete(file, partial.offset)
    return partial.offset


async def receive_checked(
    receiver: UploadReceiver, partial: PartialFile, length: int, checksum: Checksum | None
) -> None:
    if checksum is None:
        await receiver.receive_into(partial, length - partial.offset, None)
        return
    await on_disk(partial.begin_unverified)
    is_right = False
    try:
        await receiver.receive_into(partial, length - partial.offset, checksum)
        is_right = checksum.is_right
    finally:
        await on_disk(lambda: partial.end_unverified(is_right=is_right))
    if not is_right:
        raise ChecksumMismatch


async def finish_if_complete(file: StoredFile, offset: int) -> None:
    """Queue a file for processing once its last byte has arrived."""
    if offset == file.length:
        if not await write(finish_upload, file.key):
            raise UploadNotFound
        processing_queue.add(file.key)


async def find_file(visit: Visit, key: UUID) -> StoredFile:
    """Return this user's own file. Raises UploadNotFound also for somebody else's."""
    return await find_own_file(visit.user.pk, key)


def expiry_of(file: StoredFile) -> str:
    return http_date(file.delete_at.timestamp()) if file.delete_at else ""
