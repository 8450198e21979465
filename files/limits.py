"""The limits of files: their size and types, the quota of a user, the space of the site and on the disk."""

import shutil
from fnmatch import fnmatchcase
from mimetypes import guess_type
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache
from django.db.models import Sum
from django.utils.formats import number_format
from django.utils.functional import lazy

from files.conf import MEGABYTE, MOST_FILES, files_setting, limits, uploads_root
from files.errors import FilesOff, FileTooLarge, QuotaFull, SiteFull, TooManyUploads, TypeNotAllowed
from files.models import StoredFile
from files.names import ending_of
from files.processing.type_names import ACTIVE_ENDINGS
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

State = StoredFile.State
PLAYED = {"image": ("image",), "audio": ("audio", "video"), "video": ("audio", "video")}
SITE_LEFT_SECONDS = 30  # for how long pages have the same number: to find it takes longer with more files
KEPT = (State.UPLOADING, State.PROCESSING, State.READY)  # the states in which a file counts


def describe_for(user: AbstractBaseUser) -> dict[str, Any]:
    """Return the limits as a page needs them: `left` and `site_left` are in bytes, `types` empty: all.

    `left` is None without a quota, `site_left` if a message could not fill it; this may be 30 s old. With `megabytes` 0
    files are turned off. One query.
    """
    if not (most := files_setting("FILE_MEGABYTES")):
        return {"megabytes": 0}
    quota = files_setting("FILES_USER_MEGABYTES")
    site_left = cache.get_or_set("files.site_left", find_site_left, SITE_LEFT_SECONDS)
    return {
        "megabytes": most,
        "quota": quota,
        "left": max(0, quota * MEGABYTE - bytes_of(user)) if quota else None,
        "site_left": site_left if site_left < MOST_FILES * most * MEGABYTE else None,
        "types": files_setting("FILE_TYPES"),
        "most": MOST_FILES,
    }


def check_upload(user: AbstractBaseUser, name: str, length: int, declared_type: str) -> None:
    """Raise an error if this upload may not begin. The message says which files are accepted. Four queries."""
    most = files_setting("FILE_MEGABYTES")
    if not most:
        raise FilesOff
    if length > most * MEGABYTE:
        raise FileTooLarge(
            fill_lazy(_("“%(name)s” is too large. A file may have up to %(most)s MB."), name=name, most=thousands(most))
        )
    if not is_type_allowed(name, declared_type):
        raise refuse_type(name)
    _check_unfinished(user)
    _check_quota(user, length)
    _check_site(length)


def is_type_allowed(name: str, content_type: str, *, is_certain: bool = False) -> bool:
    """Return whether a file of this name and type may be sent. `is_certain`: the type was decided by the content.

    A pattern like .csv is compared with the name. Once the content is known, its type must also fit that ending.
    """
    patterns = files_setting("FILE_TYPES")
    if not patterns:
        return True
    kind = content_type.partition(";")[0].strip().lower()
    if any(fnmatchcase(kind, pattern) for pattern in patterns if not pattern.startswith(".")):
        return True
    if ending_of(name) not in patterns:
        return False
    return not is_certain or _fits(ending_of(name), kind)


def _fits(ending: str, content_type: str) -> bool:
    """Return whether a file of this type may have this ending. One container has many endings, and types many names."""
    expected = guess_type(f"a{ending}")[0]
    if expected in (None, content_type) or (content_type == "text/plain" and ending in ACTIVE_ENDINGS):
        return True
    family = content_type.partition("/")[0]
    return family in PLAYED and expected.partition("/")[0] in PLAYED[family]


def refuse_type(name: str) -> TypeNotAllowed:
    return TypeNotAllowed(
        fill_lazy(
            _("“%(name)s” can't be sent here. These files can: %(types)s."),
            name=name,
            types=", ".join(files_setting("FILE_TYPES")),
        )
    )


def bytes_of(user: AbstractBaseUser) -> int:
    """Return the bytes of a user's files; an upload counts with its full length from the beginning."""
    rows = StoredFile.objects.filter(owner_id=user.pk, state__in=KEPT)
    return rows.aggregate(bytes=Sum("size"))["bytes"] or 0


def free_disk_bytes() -> int:
    """Return the bytes that uploads may still fill on the disk of unfinished uploads."""
    return shutil.disk_usage(uploads_root()).free - limits.FREE_DISK_MEGABYTES * MEGABYTE


def _group(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)


thousands = lazy(_group, str)  # in the language of the reader


def _check_unfinished(user: AbstractBaseUser) -> None:
    if StoredFile.objects.filter(owner_id=user.pk, state=State.UPLOADING).count() >= limits.UNFINISHED_UPLOADS:
        raise TooManyUploads(
            fill_lazy(
                _("You have %(number)s unfinished uploads. Wait until some are done, or cancel them."),
                number=limits.UNFINISHED_UPLOADS,
            ),
            retry_after=10,
        )


def _check_quota(user: AbstractBaseUser, length: int) -> None:
    quota = files_setting("FILES_USER_MEGABYTES")
    left = quota * MEGABYTE - bytes_of(user)
    if quota and length > left:
        raise QuotaFull(
            fill_lazy(
                _("You have %(left)s MB left of %(quota)s MB for your files. Delete messages with files to get more."),
                left=thousands(max(0, left) // MEGABYTE),
                quota=thousands(quota),
            )
        )


def _check_site(length: int) -> None:
    if length > find_site_left():
        raise SiteFull


def find_site_left() -> int:
    """Return the bytes for which there is room, or 0. Unfinished uploads count with their full length. Two queries."""
    unfinished = StoredFile.objects.filter(state=State.UPLOADING).aggregate(bytes=Sum("size"))["bytes"] or 0
    left = free_disk_bytes() - unfinished
    if most := files_setting("FILES_SITE_MEGABYTES"):
        used = StoredFile.objects.filter(state__in=KEPT).aggregate(bytes=Sum("size"))["bytes"] or 0
        left = min(left, most * MEGABYTE - used)
    return max(0, left)
