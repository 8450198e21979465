"""Folders that end with the test run, however it ends."""

import shutil
import tempfile
from pathlib import Path

from tests.services import reaper


def make_folder(purpose: str) -> Path:
    """Return a new folder. Not below pytest's own: PostgreSQL's user could not enter that one."""
    folder = Path(tempfile.mkdtemp(prefix=f"hubbub-{purpose}-"))
    reaper.watch("folder", folder)
    return folder


def remove_folder(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    reaper.forget("folder", folder)
