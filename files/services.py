"""The services of files for other apps: claim, release and remove. They run in the caller's transaction."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import batched
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone

from files.models import StoredFile
from files.texts import forget_texts
from realtime.shared.errors import Invalid, NotFound, Unavailable
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

# An unused file is kept so long, because its message may wait in an outbox.
UNUSED_SECONDS = 24 * 3600
# A removed file is not served any more at once. Its content stays a while for downloads that have begun.
GRACE_SECONDS = 60
REMOVED_AT_ONCE = 1_000  # in a statement: databases limit its parameters, and a user may have any number of files

State = StoredFile.State


def claim(user: AbstractBaseUser | int, keys: Sequence[UUID]) -> list[StoredFile]:
    """Claim these files of a user, given as a user or an id, and return them in the order of the keys.

    Two statements, in the transaction of the caller: the rows stay locked until it ends. A file is in use once.
    Raises NotFound for a file that is not there or not theirs, Unavailable for one that is not ready yet, and Invalid
    for one that was refused or is in use already.
    """
    rows = (
        StoredFile.objects.select_for_update().filter(owner_id=getattr(user, "pk", user), key__in=keys).order_by("pk")
    )
    found = {file.key: file for file in rows}
    files = [_check(found.pop(key, None)) for key in keys]
    StoredFile.objects.filter(pk__in=[file.pk for file in files]).update(is_attached=True, delete_at=None)
    for file in files:
        file.is_attached, file.delete_at = True, None
    return files


def release(files: Iterable[StoredFile]) -> None:
    """Release these files. Their owner can use them again within a day; then they are deleted."""
    StoredFile.objects.filter(pk__in=[file.pk for file in files], is_attached=True).update(
        is_attached=False, delete_at=timezone.now() + timedelta(seconds=UNUSED_SECONDS)
    )


def remove(files: Iterable[StoredFile]) -> None:
    """Remove these files for good: `claim` finds them no more, and the cleaning job deletes them a minute later.

    The caller deletes its own rows that refer to them in the same transaction. A removed file cannot come back.
    """
    delete_at = timezone.now() + timedelta(seconds=GRACE_SECONDS)
    for some in batched(files, REMOVED_AT_ONCE):
        StoredFile.objects.filter(pk__in=[file.pk for file in some]).exclude(state=State.REMOVED).update(
            state=State.REMOVED, is_attached=False, delete_at=delete_at
        )
        forget_texts(some)


def _check(file: StoredFile | None) -> StoredFile:
    if file is None or file.state == State.REMOVED:
        raise NotFound(_("This file is no longer here. Add it again."))
    if file.state == State.REFUSED:
        raise Invalid(fill_lazy(_("“%(name)s” can't be sent. Remove it from the message."), name=file.name))
    if file.state != State.READY:
        raise Unavailable(fill_lazy(_("“%(name)s” isn't uploaded yet. Try again in a moment."), name=file.name))
    if file.is_attached:
        raise Invalid(fill_lazy(_("“%(name)s” is already in another message. Add it again."), name=file.name))
    return file
