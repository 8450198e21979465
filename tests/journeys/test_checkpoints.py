"""What is posted is copied from SQLite's log into its file beside the posts."""

import asyncio
import time
from pathlib import Path

import pytest


@pytest.mark.parametrize("site", [{"kind": "uvicorn"}], indirect=True)
@pytest.mark.shares_site
async def test_a_quiet_site_keeps_little_in_the_log(site, ada, room):
    file = site.folder / "hubbub.sqlite3"
    async with ada.connect() as connection:
        await connection.subscribe(room)
        await connection.posts("to be found in the file itself")
        assert await asyncio.to_thread(comes_into, file, b"to be found in the file itself")


def comes_into(file: Path, words: bytes) -> bool:
    """Whether the words are in the file within some seconds: another process writes it and tells nobody."""
    deadline = time.monotonic() + 10
    while words not in file.read_bytes():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
