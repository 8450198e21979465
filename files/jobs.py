"""The scheduled jobs of files: queue interrupted processings again, and delete files that are no longer needed."""

import logging
from datetime import timedelta
from time import time
from uuid import UUID

from django.db.models import ProtectedError
from django.utils import timezone

from files.conf import uploads_root
from files.models import StoredFile
from files.partial_files import delete_partial_file, is_busy
from files.processing_queue import processing_queue
from files.services import UNUSED_SECONDS
from files.storage import delete_stored
from realtime.shared.database_errors import is_outage
from realtime.shared.scheduler import scheduler

logger = logging.getLogger(__name__)

TAKEN_UP_AT_ONCE = 50
DELETED_AT_ONCE = 100
ROUNDS = 50
AGAIN_SECONDS = 300  # after an error of the storage, or while a file is still being written

State = StoredFile.State


def take_up_processings() -> None:
    """Queue uploads that wait for processing: their process was killed, or its queue was full."""
    waiting = StoredFile.objects.filter(state=State.PROCESSING).order_by("pk")
    for key in waiting.values_list("key", flat=True)[:TAKEN_UP_AT_ONCE]:
        processing_queue.add(key)


def delete_unused() -> None:
    """Delete the files and unfinished uploads whose time has come. Any number of processes may run this.

    A row stays until the storage has deleted its files; after an error it is tried again five minutes later.
    """
    for _ in range(ROUNDS):
        due = StoredFile.objects.filter(delete_at__lte=timezone.now(), is_attached=False).order_by("delete_at")
        files = list(due[:DELETED_AT_ONCE])
        for file in files:
            if scheduler.is_stopping:
                return
            _delete(file)
        if len(files) < DELETED_AT_ONCE:
            return


def delete_strays() -> None:
    """Delete partial files without a row, a day after their last change. A restored backup can leave some."""
    old = [entry.name for entry in uploads_root().iterdir() if entry.stat().st_mtime < time() - UNUSED_SECONDS]
    keys = {name: _key_of(name) for name in old}
    known = set()
    for begin in range(0, len(old), DELETED_AT_ONCE):
        some = [keys[name] for name in old[begin : begin + DELETED_AT_ONCE]]
        known |= set(StoredFile.objects.filter(key__in=filter(None, some)).values_list("key", flat=True))
    for key in keys.values():
        if key and key not in known:
            delete_partial_file(key)


def _delete(file: StoredFile) -> None:
    if is_busy(file.key):  # its upload goes on, or it is being processed
        _postpone(file)
        return
    # From here on no message can use it.
    due = StoredFile.objects.filter(pk=file.pk, is_attached=False, delete_at=file.delete_at)
    if not due.update(state=State.REMOVED):
        return
    try:
        delete_stored(file)
        delete_partial_file(file.key)
        file.delete()
    except ProtectedError:
        logger.exception("The file %s is removed, but something still refers to it", file.key)
        _postpone(file)
    except Exception as error:
        if is_outage(error):
            raise
        logger.warning("The file %s could not be deleted from the storage; this is tried again: %r", file.key, error)
        _postpone(file)


def _postpone(file: StoredFile) -> None:
    later = timezone.now() + timedelta(seconds=AGAIN_SECONDS)
    StoredFile.objects.filter(pk=file.pk, is_attached=False).update(delete_at=later)


def _key_of(name: str) -> UUID | None:
    try:
        return UUID(name.partition(".")[0])
    except ValueError:
        return None
