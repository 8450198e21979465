"""The status of an upload for its owner: how far it is, and the file once it is ready."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone

from files.errors import UploadNotFound
from files.models import StoredFile
from files.partial_files import offset_of
from files.payloads import describe_file
from files.processing_queue import processing_queue
from files.refusals import sentence_of
from files.uploads.receivers import on_disk
from realtime.conf import limits
from realtime.shared.batches import Batches
from realtime.shared.each_loop import EachLoop
from realtime.shared.threads import readers

WAIT_SECONDS = 20.0  # below the 30 s after which some proxies give up
LOOK_SECONDS = 1.0  # a file that another process processes is found by looking

State = StoredFile.State


def find_files(keys: Sequence[UUID]) -> list[StoredFile | None]:
    """Return the file of each key, None where there is none. One query."""
    found = {file.key: file for file in StoredFile.objects.filter(key__in=set(keys)).exclude(state=State.REMOVED)}
    return [found.get(key) for key in keys]


_lookups = EachLoop[Batches[UUID, StoredFile | None]](lambda: Batches(readers, find_files, limits.READS_WAITING))


async def find_own_file(user_id: int, key: UUID) -> StoredFile:
    """Return a user's file. Raises UploadNotFound also for another user's, and for an upload that has expired."""
    file = await _lookups.get().add(key)
    if file is None or file.owner_id != user_id:
        raise UploadNotFound
    if file.state == State.UPLOADING and file.delete_at and file.delete_at <= timezone.now():
        raise UploadNotFound
    return file


async def wait_until_processed(file: StoredFile) -> StoredFile:
    """Return the file once it is processed, or as it is after WAIT_SECONDS."""
    loop = asyncio.get_running_loop()
    until = loop.time() + WAIT_SECONDS
    while file.state == State.PROCESSING and (left := until - loop.time()) > 0:
        await processing_queue.wait_for(file.key, min(left, LOOK_SECONDS))
        file = await find_own_file(file.owner_id, file.key)
    return file


async def describe_status(file: StoredFile) -> dict[str, Any]:
    is_ready = file.state == State.READY
    return {
        "state": file.state,
        "offset": await on_disk(offset_of, file.key) if file.state == State.UPLOADING else file.length,
        "file": describe_file(file) if is_ready else None,
        "error": str(sentence_of(file)) if file.refusal else None,
    }
