"""The changes of an upload in the database: it begins, is complete, or is cancelled by its owner."""

from datetime import timedelta
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from files.conf import limits
from files.errors import KeyInUse, UploadNotFound
from files.limits import check_upload
from files.models import StoredFile
from files.names import clean_file_name
from files.services import UNUSED_SECONDS
from files.uploads.requests import Creation
from realtime.shared.errors import Forbidden
from realtime.shared.http import SignedOut
from realtime.shared.rate_limit import ProcessRateLimit
from realtime.shared.texts import lazy_text as _

State = StoredFile.State
creations = ProcessRateLimit(
    limits.UPLOADS_PER_10_SECONDS,
    10,
    _("You're adding files too quickly."),
    burst=limits.UPLOADS_BURST,
)


def begin_upload(user: AbstractBaseUser, creation: Creation) -> StoredFile:
    """Return the file of a new upload, or of the one that this user began with the same key and length.

    Raises the errors of `check_upload`, KeyInUse, UploadNotFound or RateLimited, and SignedOut for another user's file:
    the page that sends it was opened before this user signed in.
    """
    if creation.user_id not in (None, user.pk):
        raise SignedOut
    if (file := find_own(user, creation)) is None:
        creations.spend(user.pk)
        try:
            file = _create(user, creation)
        except IntegrityError:  # the same request came twice at once, to two processes
            file = find_own(user, creation)
            if file is None:
                raise
    return file


def find_own(user: AbstractBaseUser, creation: Creation) -> StoredFile | None:
    """Return the file of this key, None where the key is new. Another user's key is not found."""
    file = StoredFile.objects.filter(key=creation.key).first()
    if file is None:
        return None
    if file.owner_id != user.pk or file.state == State.REMOVED:
        raise UploadNotFound
    if file.length != creation.length:
        raise KeyInUse
    return file


def finish_upload(key: UUID) -> bool:
    """Note that all bytes have arrived. Return whether the file waits for its processing now."""
    finished = StoredFile.objects.filter(key=key, state=State.UPLOADING).update(state=State.PROCESSING)
    return bool(finished) or StoredFile.objects.filter(key=key, state=State.PROCESSING).exists()


def cancel_upload(file: StoredFile) -> None:
    """Remove an upload, or a file that no message uses. The cleaning job deletes its stored parts."""
    changed = StoredFile.objects.filter(pk=file.pk, is_attached=False).update(
        state=State.REMOVED, delete_at=timezone.now()
    )
    if not changed:
        raise Forbidden(_("This file is part of a message. Remove it there."))


@transaction.atomic
def _create(user: AbstractBaseUser, creation: Creation) -> StoredFile:
    """Check and create. The user's row is locked, so that uploads that begin at once do not exceed the quota."""
    get_user_model()._default_manager.select_for_update(no_key=True).get(pk=user.pk)
    name = clean_file_name(creation.name)
    check_upload(user, name, creation.length, creation.declared_type)
    return StoredFile.objects.create(
        key=creation.key,
        owner_id=user.pk,
        name=name,
        length=creation.length,
        size=creation.length,
        content_type=creation.declared_type,
        facts=creation.facts,
        delete_at=timezone.now() + timedelta(seconds=UNUSED_SECONDS),
    )
