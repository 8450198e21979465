"""System checks of the settings of files."""

import re
from pathlib import Path

from django.core.checks import CheckMessage, Error, Tags, register
from django.core.files.storage import FileSystemStorage, default_storage

from files.conf import files_setting

PATTERN = re.compile(r"[\w+-]+/(?:\*|[\w.+-]+)|\.[\w-]+", re.ASCII)
SCANNER = re.compile(r"clamav://(?:(?:[\w.-]+|\[[\da-fA-F:]+\])(?::\d{1,5})?/?|/\S+)", re.ASCII)
LOCATION = re.compile(r"(?:/[\w.-]+)+", re.ASCII)


@register(Tags.compatibility)
def check_uploads_root(app_configs, **kwargs) -> list[Error]:
    """Refuse a site without a folder for unfinished uploads."""
    root = files_setting("FILES_UPLOADS_ROOT")
    if root and Path(root).is_absolute():
        return []
    return [
        Error(
            "FILES_UPLOADS_ROOT does not name a folder for unfinished uploads.",
            hint="Set it to the absolute path of a folder that all processes share and no web server shows.",
            id="files.E001",
        )
    ]


@register(Tags.compatibility)
def check_scanner(app_configs, **kwargs) -> list[Error]:
    """Refuse the address of a scanner that cannot be one: files would wait for ever."""
    address = files_setting("FILES_SCANNER")
    if not address or SCANNER.fullmatch(address):
        return []
    return [
        Error(
            f"FILES_SCANNER is {address!r}, which is no address of ClamAV.",
            hint="Write FILES_SCANNER=clamav://host:3310, or clamav:///path/of/its/socket.",
            id="files.E003",
        )
    ]


@register(Tags.compatibility)
def check_x_accel(app_configs, **kwargs) -> list[Error]:
    """Refuse a location of nginx that is no path, or that has no files: all downloads would be empty."""
    location = files_setting("FILES_X_ACCEL")
    if not location or (LOCATION.fullmatch(location) and isinstance(default_storage, FileSystemStorage)):
        return []
    return [
        Error(
            f"FILES_X_ACCEL is {location!r}, from which nginx cannot send files.",
            hint="Write FILES_X_ACCEL=/stored-files. Files must be stored on a disk, so not with FILES_S3_BUCKET.",
            id="files.E004",
        )
    ]


@register(Tags.compatibility, deploy=True)
def check_storage(app_configs, **kwargs) -> list[CheckMessage]:
    """Refuse a storage that cannot be used. It may be far away, so only a server that starts asks it."""
    find_problems = getattr(default_storage, "find_problems", None)
    return find_problems() if find_problems else []


@register(Tags.compatibility)
def check_types(app_configs, **kwargs) -> list[Error]:
    """Refuse patterns of types that would allow nothing."""
    wrong = [pattern for pattern in files_setting("FILE_TYPES") if not PATTERN.fullmatch(pattern)]
    if not wrong:
        return []
    return [
        Error(
            f"FILE_TYPES has {', '.join(map(repr, wrong))}, which is neither a type nor an ending.",
            hint="Write types and endings in lower case: FILE_TYPES=image/*,application/pdf,.csv",
            id="files.E002",
        )
    ]
