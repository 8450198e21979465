"""Temporary folders that are removed with the test run, however it ends."""

import os
import shutil
import tempfile
from pathlib import Path

from tests.services import reaper

MEMORY = Path("/dev/shm")  # noqa: S108 below it each folder has a name that cannot be guessed
ENOUGH_BYTES = 4 * 1024**3


def make_folder(purpose: str, *, in_memory: bool = False) -> Path:
    """Return a new folder. It is not below pytest's own, because PostgreSQL's user cannot enter that one.

    `in_memory`: in memory where there is room, so that databases need not wait for a disk. Not for benchmarks.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"hubbub-{purpose}-", dir=MEMORY if in_memory and has_room(MEMORY) else None))
    reaper.watch("folder", folder)
    return folder


def has_room(folder: Path) -> bool:
    """Return whether a run's folders fit in there; a container has only 64 MB."""
    return folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ENOUGH_BYTES


def remove_folder(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    reaper.forget("folder", folder)
