"""Folders that end with the test run, however it ends."""

import os
import shutil
import tempfile
from pathlib import Path

from tests.services import reaper

MEMORY = Path("/dev/shm")  # noqa: S108 below it each folder has a name that nobody can know
ENOUGH_BYTES = 4 * 1024**3


def make_folder(purpose: str, *, in_memory: bool = False) -> Path:
    """Return a new folder. Not below pytest's own: PostgreSQL's user could not enter that one.

    `in_memory`: where there is room. Databases wait for no disk there; a benchmark must not use it.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"hubbub-{purpose}-", dir=MEMORY if in_memory and has_room(MEMORY) else None))
    reaper.watch("folder", folder)
    return folder


def has_room(folder: Path) -> bool:
    """Say whether a run's folders fit in there; a container has 64 MB of it."""
    return folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ENOUGH_BYTES


def remove_folder(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    reaper.forget("folder", folder)
