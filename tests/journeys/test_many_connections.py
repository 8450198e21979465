"""Idle connections lock out nobody who is here, and nobody from elsewhere; without descriptors the server goes on."""

import asyncio
import contextlib
import resource
import socket
from pathlib import Path

import pytest

from tests.services.process import LOOK_SECONDS

pytestmark = pytest.mark.parametrize("site", [{"kind": "uvicorn"}], ids=["uvicorn"], indirect=True)
ATTACKER, ANOTHER, VISITOR = "127.0.0.2", "127.0.0.3", "127.0.0.4"


@pytest.fixture
def idle():
    """Connections that ask for nothing."""
    with contextlib.ExitStack() as stack:
        yield Idle(stack)


class Idle:
    def __init__(self, stack):
        self.stack = stack

    def connect(self, site, address):
        """Return a connection from this address."""
        line = self.stack.enter_context(socket.socket())
        line.bind((address, 0))
        line.settimeout(8)
        line.connect(("127.0.0.1", port_of(site)))
        return line

    def close(self):
        self.stack.close()


def port_of(site):
    return int(site.url.rpartition(":")[2])


def ask(line):
    """Return the beginning of the answer to a request for a page; nothing where the connection was closed."""
    try:
        line.sendall(b"GET /accounts/login/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return line.recv(12)
    except ConnectionError:
        return b""


def limit_descriptors(site, number):
    pid = site.servers[0].child.pid
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (number, resource.prlimit(pid, resource.RLIMIT_NOFILE)[1]))


def descriptors(site):
    return len(list(Path(f"/proc/{site.servers[0].child.pid}/fd").iterdir()))


def warnings(site):
    """Return what the log has below the line that the server has begun."""
    return site.log.splitlines()[1:]


async def test_one_address_locks_nobody_out(site, ada, room, idle):
    limit_descriptors(site, 256)
    async with ada.connect() as connection:
        await connection.subscribe(room)
        lines = [idle.connect(site, ATTACKER) for _ in range(200)]
        assert await asyncio.to_thread(ask, lines[-1]) == b""
        assert await asyncio.to_thread(ask, idle.connect(site, VISITOR)) == b"HTTP/1.1 200"
        await connection.posts("still here")
    assert not warnings(site)


async def test_when_all_are_in_use_connections_live_on_and_the_log_has_two_lines(site, ada, room, idle):
    limit_descriptors(site, 128)
    async with ada.connect() as connection:
        await connection.subscribe(room)
        for address in (ATTACKER, ANOTHER):
            for _ in range(100):
                idle.connect(site, address)
        assert await asyncio.to_thread(ask, idle.connect(site, VISITOR)) == b""
        await connection.posts("still here")
        idle.close()
        await logs(site, "accepted again")
        assert await asyncio.to_thread(ask, idle.connect(site, VISITOR)) == b"HTTP/1.1 200"
    full, over = warnings(site)
    assert "All 96 connections are in use" in full
    assert "Connections are accepted again" in over


async def test_where_descriptors_end_the_server_goes_on(site, ada, room, idle):
    """As where the database, or a library, has taken them."""
    async with ada.connect() as connection:
        await connection.subscribe(room)
        await connection.posts("the database is open")
        limit_descriptors(site, descriptors(site))
        for _ in range(50):
            assert await asyncio.to_thread(ask, idle.connect(site, VISITOR)) == b""
        await logs(site, "No file descriptors are left")
        await connection.does("ping")
        limit_descriptors(site, 1024)
        assert await asyncio.to_thread(ask, idle.connect(site, VISITOR)) == b"HTTP/1.1 200"
        await connection.posts("still here")
        await logs(site, "File descriptors are available again")
    assert "Traceback" not in site.log
    assert site.log.count("realtime.serving.descriptors") == 2


async def logs(site, text):
    async with asyncio.timeout(8):
        while text not in site.log:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_SECONDS)
