"""The contents of files in the site's storage, read a piece at a time. All functions wait, so they run in a thread.

A content keeps nothing open between two pieces: a client that stops reading keeps no file and no connection to the
storage, and a file that was deleted meanwhile ends its downloads.
"""

import asyncio
import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from django.core.files.storage import default_storage

from files.conf import limits
from realtime.shared.errors import NotFound, Unavailable
from realtime.shared.texts import lazy_text as _

logger = logging.getLogger(__name__)

# Threads of their own: a storage that does not answer must not keep those of uploads.
download_threads = ThreadPoolExecutor(limits.DOWNLOAD_THREADS, thread_name_prefix="download")


class Content(Protocol):
    """A stored part of a file: its bytes, and when they were stored, in seconds since 1970."""

    size: int
    modified: float

    def read(self, begin: int, length: int) -> bytes:
        """Return the bytes from `begin`, at most `length`. Raises OSError, or an error of the storage."""


async def from_storage[Result](function: Callable[..., Result], *arguments: object) -> Result:
    """Run a function of this module in a thread.

    Raises NotFound if the storage does not have the file, and Unavailable if it does not answer.
    """
    try:
        return await asyncio.get_running_loop().run_in_executor(download_threads, function, *arguments)
    except FileNotFoundError:
        raise NotFound from None
    except Exception as error:
        logger.warning("The storage of files does not answer: %r", error)
        raise Unavailable(_("The file storage doesn't answer. Try again."), retry_after=5) from error


def open_content(name: str) -> Content:
    """Return a content by its name in the storage. Raises FileNotFoundError, or an error of the storage."""
    if own := getattr(default_storage, "open_content", None):
        content: Content = own(name)
        return content
    try:
        return LocalContent(default_storage.path(name))
    except NotImplementedError:
        return RemoteContent(name)


class LocalContent:
    """A content on a disk."""

    def __init__(self, path: str) -> None:
        self._path = path
        found = os.stat(path)  # noqa: PTH116 a Path takes longer to make
        self.size, self.modified = found.st_size, found.st_mtime

    def read(self, begin: int, length: int) -> bytes:
        descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            return os.pread(descriptor, length, begin)
        finally:
            os.close(descriptor)


class RemoteContent:
    """A content in any other storage of Django, each piece of which may cost as much as the whole."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.size = default_storage.size(name)
        self.modified = default_storage.get_modified_time(name).timestamp()

    def read(self, begin: int, length: int) -> bytes:
        with default_storage.open(self._name) as file:
            file.seek(begin)
            data: bytes = file.read(length)
            return data
