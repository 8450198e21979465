"""Uploads by tus-js-client, a client that others have written: it pauses, is killed, and outlives the server."""

import asyncio
import json
import secrets
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from files.models import StoredFile
from scripts.node import node_environment

CLIENT = Path(__file__).parent / "tus_client.mjs"
BYTES, CHUNK_BYTES = 4_000_000, 100_000


class TusClient:
    """One process of the client, and the lines that it prints."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def says(self, name: str, least: int = 0):
        """Wait for a line with this name, and return its value; a number of at least so much."""
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            said = json.loads(line)
            assert "error" not in said, said
            if name in said and (not least or said[name] >= least):
                return said[name]
        raise AssertionError(f"The client ended without {name}.")

    async def is_killed(self) -> None:
        self.process.kill()
        await self.process.wait()


@pytest.fixture
def uploads(tmp_path):
    """A function that starts the client with the upload of one file, always the same."""
    content, key = secrets.token_bytes(BYTES), str(uuid4())
    path = tmp_path / "file"
    path.write_bytes(content)

    @asynccontextmanager
    async def start(person, **options):
        url = person.site.url
        given = {"url": f"{url}/files/uploads/", "origin": url, "cookie": f"sessionid={person.session_key}"}
        given |= {"key": key, "path": str(path), "links": str(tmp_path / "links"), "chunkBytes": CHUNK_BYTES, **options}
        process = await asyncio.create_subprocess_exec(
            "node", str(CLIENT), json.dumps(given), stdout=-1, stderr=sys.stderr, env=node_environment()
        )
        try:
            yield TusClient(process)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    start.content, start.key = content, key
    return start


async def has_arrived(site, uploads) -> bool:
    """Return whether the whole file has arrived. Its partial file stays until it is processed."""
    file = await site.database(lambda: StoredFile.objects.get(key=uploads.key))
    partial = site.folder / "uploads" / uploads.key
    if partial.exists():
        assert partial.read_bytes() == uploads.content
    return file.length == BYTES and file.state != "uploading"


@pytest.mark.parametrize("site", [{"kind": "uvicorn"}, {"kind": "daphne"}], indirect=True)
@pytest.mark.shares_site
async def test_it_uploads_a_file_in_one_request(site, uploads):
    async with uploads(await site.person("ada"), chunkBytes=10 * BYTES) as client:
        assert (await client.says("done")).endswith(uploads.key)
    assert await has_arrived(site, uploads)


@pytest.mark.parametrize("site", [{"kind": "uvicorn"}], indirect=True)
@pytest.mark.shares_site
async def test_it_pauses_and_goes_on(site, uploads):
    async with uploads(await site.person("ada"), pauseAfterBytes=BYTES // 4) as client:
        assert 0 < await client.says("paused") < BYTES
        await client.says("done")
    assert await has_arrived(site, uploads)


@pytest.mark.parametrize("site", [{"kind": "uvicorn"}], indirect=True)
@pytest.mark.shares_site
async def test_it_is_killed_and_goes_on_where_it_was(site, uploads):
    ada = await site.person("ada")
    async with uploads(ada) as first:
        await first.says("accepted", BYTES // 4)
        await first.is_killed()
    assert (site.folder / "uploads" / uploads.key).stat().st_size < BYTES
    async with uploads(ada) as second:
        assert await second.says("resumed") is True
        assert await second.says("accepted") > BYTES // 4
        await second.says("done")
    assert await has_arrived(site, uploads)


async def test_it_goes_on_after_the_server_was_killed(sites, uploads):
    site = sites(kind="uvicorn")
    async with uploads(await site.person("ada")) as client:
        await client.says("accepted", BYTES // 4)
        site.servers[0].kill()
        await site.servers[0].starts()
        await client.says("done")
    assert await has_arrived(site, uploads)
