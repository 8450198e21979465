"""The settings of files with their defaults, and the bounds that an operator may set as HUBBUB_<NAME>."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from realtime.conf import Bounds

MEGABYTE = 1_000_000
MOST_FILES = 20  # of a message
DEFAULTS = {
    "FILE_MEGABYTES": 100,  # 0 turns files off
    "FILES_USER_MEGABYTES": 2_000,  # 0: no limit
    "FILES_SITE_MEGABYTES": 0,  # 0: no limit but the disk
    "FILE_TYPES": [],  # empty: all types; else patterns as "image/*", "application/pdf", ".csv"
    "FILES_SCANNER": "",  # e.g. "clamav://127.0.0.1:3310", "clamav:///run/clamav/clamd.ctl"
    "FILES_X_ACCEL": "",  # e.g. "/stored-files": an internal location of nginx that has the files of the storage
    "FILES_UPLOADS_ROOT": None,  # the folder of unfinished uploads
}


@dataclass
class FilesLimits(Bounds):
    """The default of each bound, with its reason."""

    UPLOADS_AT_ONCE: int = 6  # of a user, in a process: as many as a browser opens connections to a host
    UNFINISHED_UPLOADS: int = 100  # of a user: files of five messages; each reserves space on the disk
    UPLOADS_PER_10_SECONDS: int = 20  # how fast a user may begin uploads
    UPLOADS_BURST: int = 100
    # All uploads of a process together: nearly a line of 1 Gbit/s. Without it ten fast clients delay posts by 90 ms.
    UPLOAD_MEGABYTES_PER_SECOND: int = 100
    # All downloads of a process together.
    DOWNLOAD_MEGABYTES_PER_SECOND: int = 100
    DOWNLOADS_AT_ONCE: int = 200  # in a process, of those longer than a piece: each takes up to 512 KiB of memory
    DOWNLOADS_OF_USER: int = 20  # of these: a page with films begins to load each
    DOWNLOAD_THREADS: int = 8  # that read from the storage
    # Each processing may take a core for seconds. Two: a video must not stop the pictures of others.
    PROCESSINGS_AT_ONCE: int = 2
    PROCESSINGS_WAITING: int = 200  # more are found in the database when there is room again
    # The process of one file.
    PROCESSING_MEGABYTES: int = 1_000  # its address space: a file that wants more memory ends its own process only
    PROCESSING_RESULT_MEGABYTES: int = 200  # each file that it writes: a photo may grow, but not without end
    PROCESSING_CPU_SECONDS: int = 30
    PROCESSING_SECONDS: int = 90  # It is nice, so a busy machine gives it a third of a core.
    IMAGE_MEGAPIXELS: int = 60
    SCAN_SECONDS: int = 60  # of a file by the virus scanner
    FREE_DISK_MEGABYTES: int = 1_000  # kept free: a database on a full disk stores no message


limits = FilesLimits.from_environment()


def files_setting(name: str):
    return getattr(settings, name, DEFAULTS[name])


def uploads_root() -> Path:
    """Return the folder of unfinished uploads, created if needed. Only this user may read it."""
    root = Path(files_setting("FILES_UPLOADS_ROOT"))
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return root
