"""Connections that never ask for anything lock nobody out who is here, nor anybody from another address."""

import asyncio
import contextlib
import resource
import socket

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


def warnings(site):
    """Return what the log has below the line that the server has begun."""
    return site.log.splitlines()[1:]


async def test_one_address_locks_nobody_out(site, ada, room, idle):
    limit_descriptors(site, 256)
    async with ada.link() as link:
        await link.subscribe(room)
        lines = [idle.connect(site, ATTACKER) for _ in range(200)]
        assert await asyncio.to_thread(ask, lines[-1]) == b""
        assert await asyncio.to_thread(ask, idle.connect(site, VISITOR)) == b"HTTP/1.1 200"
        await link.posts("still here")
    assert not warnings(site)


async def test_when_all_are_in_use_links_live_on_and_the_log_has_two_lines(site, ada, room, idle):
    limit_descriptors(site, 128)
    async with ada.link() as link:
        await link.subscribe(room)
        for address in (ATTACKER, ANOTHER):
            for _ in range(100):
                idle.connect(site, address)
        assert await asyncio.to_thread(ask, idle.connect(site, VISITOR)) == b""
        await link.posts("still here")
        idle.close()
        await logs(site, "accepted again")
        assert await asyncio.to_thread(ask, idle.connect(site, VISITOR)) == b"HTTP/1.1 200"
    full, over = warnings(site)
    assert "All of the 96 connections are in use" in full
    assert "Connections are accepted again" in over


async def logs(site, text):
    async with asyncio.timeout(8):
        while text not in site.log:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_SECONDS)
