"""Partial files: the bytes of uploads that have arrived, each in a file whose length is the offset of the upload.

While a request writes into one, it is locked (flock), also against other processes: a killed one leaves no lock.
"""

import errno
import fcntl
import os
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from threading import Lock
from typing import Self
from uuid import UUID

from files.conf import uploads_root
from files.errors import SiteFull, UploadBusy, UploadNotFound

WRITE_BYTES = 1024 * 1024
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def path_of(key: UUID) -> Path:
    return uploads_root() / str(key)


def mark_of(key: UUID) -> Path:
    """Return the path of a small file that exists while bytes are not verified: it has the offset before them."""
    return uploads_root() / f"{key}.unverified"


def folder_of(path: Path) -> Path:
    """Return the folder beside a partial file in which its processing writes."""
    return path.with_name(f"{path.name}.processed")


def offset_of(key: UUID) -> int:
    """Return how many bytes have arrived, without those whose checksum is not verified."""
    try:
        size = path_of(key).stat().st_size
    except FileNotFoundError:
        return 0
    verified = read_mark(key)
    return size if verified is None else min(size, verified)


def read_mark(key: UUID) -> int | None:
    try:
        return int(mark_of(key).read_text() or 0)
    except FileNotFoundError:
        return None


def delete_partial_file(key: UUID) -> None:
    path_of(key).unlink(missing_ok=True)
    mark_of(key).unlink(missing_ok=True)
    rmtree(folder_of(path_of(key)), ignore_errors=True)  # of a processing in which the server was killed


class PartialFile:
    """One partial file, open and locked. Its methods wait for the disk, so they run in a thread."""

    def __init__(self, key: UUID) -> None:
        """Open the file, created if needed. Raises UploadBusy while another request has it open."""
        self.key = key
        self._lock = Lock()  # a request that is cancelled closes the file only after its last write
        self._descriptor: int | None = open_locked(path_of(key))
        verified = read_mark(key)
        if verified is not None:
            self.truncate(verified)
            mark_of(key).unlink(missing_ok=True)
        self.offset = os.fstat(self._descriptor).st_size

    def append(self, data: bytes | memoryview) -> None:
        """Write at the end, WRITE_BYTES at a time. Raises SiteFull on a full disk; what fitted is kept."""
        left = memoryview(data)
        with self._lock:
            while left and self._descriptor is not None:
                try:
                    written = os.pwrite(self._descriptor, left[:WRITE_BYTES], self.offset)
                except OSError as error:
                    raise SiteFull if error.errno in FULL else error from error
                self.offset += written
                left = left[written:]

    def begin_unverified(self) -> None:
        """Note that the bytes from here on count only after `end_unverified`, even if the process is killed."""
        mark_of(self.key).write_text(str(self.offset))

    def end_unverified(self, *, is_right: bool) -> None:
        """Keep the bytes since `begin_unverified`, or drop them."""
        if not is_right:
            self.truncate(read_mark(self.key) or 0)
        mark_of(self.key).unlink(missing_ok=True)

    def truncate(self, offset: int) -> None:
        with self._lock:
            if self._descriptor is not None and os.fstat(self._descriptor).st_size > offset:
                os.ftruncate(self._descriptor, offset)
            self.offset = offset

    def close(self) -> None:
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_locked(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise UploadBusy(retry_after=1) from None
    if not os.fstat(descriptor).st_nlink:  # deleted between the two calls
        os.close(descriptor)
        raise UploadNotFound
    return descriptor


def is_busy(key: UUID) -> bool:
    """Return whether a request writes into the file, or a processing reads it."""
    with suppress(FileNotFoundError):
        descriptor = os.open(path_of(key), os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
    return False
