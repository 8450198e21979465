"""The processing of one upload: it is examined, its parts are stored, and the outcome is saved in its row.

Everything can be repeated after a crash. The partial file stays, locked, until the row says that the file is ready.
The names in the storage are in the row before anything is stored there, so that no stored file is left without a row.
"""

import logging
import os
import secrets
import shutil
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from files.errors import UploadBusy, UploadNotFound
from files.limits import is_type_allowed
from files.models import StoredFile
from files.outcomes import Outcome, Postponed
from files.partial_files import PartialFile, delete_partial_file, path_of
from files.processing.processes import process
from files.refusal_codes import FAILED, LOST, TYPE
from files.services import UNUSED_SECONDS
from files.storage import delete_stored
from files.texts import keep_text, read_beginning
from realtime.shared.database_errors import is_outage
from realtime.shared.outage import outage

logger = logging.getLogger(__name__)

MOST_TRIES = 5  # A file that ends the server itself must not do so for ever.

State = StoredFile.State


def process_upload(key: UUID) -> None:
    """Process a complete upload, unless another thread or process is processing it.

    Raises nothing. After an error of the storage or the database the scheduled job tries again.
    """
    try:
        _process_alone(key)
    except UploadBusy:
        return
    except Exception as error:
        if is_outage(error):
            outage.report_down(error)
        else:
            logger.exception("The file %s could not be processed; this is tried again", key)


def _process_alone(key: UUID) -> None:
    if not path_of(key).exists():
        _refuse(key, LOST)
        return
    try:
        partial = PartialFile(key)
    except UploadNotFound:  # another process has just finished it
        return
    with partial:
        file = StoredFile.objects.filter(key=key, state=State.PROCESSING).first()
        if file is None:
            return
        if partial.offset != file.length:  # after a power cut
            StoredFile.objects.filter(pk=file.pk, state=State.PROCESSING).update(state=State.UPLOADING)
            return
        _process_locked(file, path_of(key))


def _process_locked(file: StoredFile, path: Path) -> None:
    if file.tries >= MOST_TRIES:
        _refuse(file.key, FAILED)
        return
    StoredFile.objects.filter(pk=file.pk).update(tries=F("tries") + 1)
    try:
        outcome = process(path, file.name, file.content_type, file.facts)
    except Postponed as reason:
        StoredFile.objects.filter(pk=file.pk, state=State.PROCESSING).update(refusal=reason.code)
        _give_back_try(file)
        return
    try:
        _conclude(file, outcome, path)
    finally:
        if outcome.folder is not None:
            shutil.rmtree(outcome.folder, ignore_errors=True)


def _conclude(file: StoredFile, outcome: Outcome, path: Path) -> None:
    name = outcome.name or file.name
    found_type = outcome.source_type or outcome.content_type  # as the owner knows it
    if outcome.refusal or not is_type_allowed(file.name, found_type, is_certain=True):
        _refuse(file.key, outcome.refusal or TYPE)
        return
    # Before the parts are stored: a storage on the same disk moves them.
    size = outcome.parts["original"].stat().st_size
    text = read_beginning(outcome.parts["original"]) if outcome.kind == StoredFile.Kind.TEXT else ""
    stored = _store_parts(file, outcome.parts, path)
    with transaction.atomic():
        is_kept = StoredFile.objects.filter(pk=file.pk, state=State.PROCESSING).update(
            state=State.READY,
            refusal="",
            name=name,
            kind=outcome.kind,
            content_type=outcome.content_type,
            facts=outcome.facts,
            size=size,
            stored=stored,
            finished_at=timezone.now(),
            delete_at=timezone.now() + timedelta(seconds=UNUSED_SECONDS),
        )
        if is_kept and text:
            keep_text(file, text)
    if is_kept:
        delete_partial_file(file.key)
    # Otherwise its owner has removed it meanwhile. The cleaning job deletes the stored parts.


def _store_parts(file: StoredFile, parts: Mapping[str, Path], upload: Path) -> dict[str, str]:
    """Save the parts by the site's storage, and return their names there."""
    delete_stored(file)  # of a try that was interrupted
    folder = f"files/{secrets.token_urlsafe(16)}"
    stored = {part: f"{folder}/{part}" for part in parts}
    StoredFile.objects.filter(pk=file.pk).update(stored=stored)
    file.stored = stored
    try:
        for part, path in parts.items():
            with LocalFile(path, keep=path == upload) as content:
                default_storage.save(stored[part], content)  # under this very name, which is random
    except Exception:
        _give_back_try(file)
        raise
    return stored


def _give_back_try(file: StoredFile) -> None:
    """Do not count a try: waiting for a storage or a scanner that is away is no fault of the file."""
    StoredFile.objects.filter(pk=file.pk, tries__gt=0).update(tries=F("tries") - 1)


def _refuse(key: UUID, code: str) -> None:
    StoredFile.objects.filter(key=key, state=State.PROCESSING).update(
        state=State.REFUSED, refusal=code, finished_at=timezone.now()
    )
    delete_partial_file(key)


class LocalFile(File):
    """A file that a storage on the same disk may move instead of copying it; with `keep` it moves a second link."""

    def __init__(self, path: Path, *, keep: bool) -> None:
        super().__init__(path.open("rb"))
        self._path = path
        self._link: Path | None = None
        if keep:
            self._link = path.with_name(f"{path.name}.link")
            self._link.unlink(missing_ok=True)
            os.link(path, self._link)

    def temporary_file_path(self) -> str:
        return str(self._link or self._path)

    def close(self) -> None:
        super().close()
        if self._link is not None:
            self._link.unlink(missing_ok=True)
