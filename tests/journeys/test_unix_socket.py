"""A server on a Unix socket, with a proxy before it that says who asks; with several workers, too."""

import asyncio
import os
import signal
import sys

import pytest
from websockets.asyncio.client import unix_connect

from realtime.serving.unix_socket import answers
from tests.services.databases import ROOT
from tests.services.folders import make_folder, remove_folder
from tests.services.process import Process
from tests.services.site import Site

PATIENCE_SECONDS = 20


@pytest.fixture(params=[1, 2], ids=["alone", "workers"])
def server(request, templates):
    """A site that is not started, a server of it on a socket, and the socket."""
    several = request.param > 1
    site = Site(templates, kind="uvicorn", postgres=several, redis=several, environment={"BEHIND_PROXY": "1"})
    folder = make_folder("uds")
    path = folder / "hubbub.sock"
    path.touch()
    command = [sys.executable, "manage.py", "serve", "--uds", path, "--workers", str(request.param)]
    process = Process(
        command, log=folder / "log", is_ready=lambda: answers(str(path)), environment=site.variables, folder=ROOT
    )
    yield site, process, path
    process.kill()
    site.close()
    remove_folder(folder)


async def until(look):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not look():  # noqa: ASYNC110 nothing tells
            await asyncio.sleep(0.02)


async def opens(site, path):
    ada = await site.person("ada")
    headers = {"Cookie": f"sessionid={ada.session_key}", "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "http"}
    options = {"origin": "http://localhost", "additional_headers": headers}
    async with unix_connect(str(path), "ws://localhost/ws/", **options) as connection:
        return await connection.recv()


async def test_people_come_by_a_unix_socket(server):
    site, process, path = server
    process.launch()
    assert process.child.wait(PATIENCE_SECONDS) == 1
    assert "names a file that is not a socket" in process.log
    path.unlink()
    await process.starts()
    assert '"hello"' in await opens(site, path)
    second = await asyncio.create_subprocess_exec(
        *map(str, process.command), cwd=ROOT, env=site.variables, stderr=asyncio.subprocess.PIPE
    )
    _, output = await second.communicate()
    assert f"Another process already listens on {path}." in output.decode()
    os.killpg(process.child.pid, signal.SIGKILL)  # which leaves the socket
    process.child.wait(PATIENCE_SECONDS)
    await until(lambda: not answers(str(path)))  # its workers have died, too
    assert path.is_socket()
    await process.starts()
    assert '"hello"' in await opens(site, path)
    assert await process.terminates() == 0
    assert not path.exists()
    assert "Traceback" not in process.log, process.log
