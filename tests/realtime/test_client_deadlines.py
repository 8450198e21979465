"""Clients that do not finish a request or do not read its response are disconnected; slow ones are not."""

import asyncio
import socket

import pytest

from realtime.serving import client_deadlines
from realtime.serving.client_deadlines import Deadline
from tests.realtime.visits import GET, serving, until

LARGE = b"x" * 20_000_000  # more than the kernel buffers for a reader
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n"


@pytest.fixture
async def served(monkeypatch):
    monkeypatch.setattr(client_deadlines, "CHECK_SECONDS", 0.02)
    for step in ("head", "body", "answer"):
        least = 0 if step == "head" else 10
        monkeypatch.setattr(client_deadlines, step.upper(), Deadline(step, 0.2, least))
    async with serving() as served:
        yield served


@pytest.mark.parametrize(
    "data",
    [b"", b"\r\n", GET[:-2], POST, POST + b"x" * 9, GET[:-2] + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"],
    ids=["nothing", "an empty line", "half a head", "a head", "half a body", "half a chunked body"],
)
async def test_a_request_that_never_ends_is_cut(served, data):
    visit = await served.visit()
    visit.sends(data)
    assert await visit.ends() == b""


async def test_a_second_request_that_never_ends_is_cut(served):
    served.application.may_answer.set()
    visit = await served.visit()
    visit.sends(GET)
    await visit.reads(b"hi")
    visit.sends(b"\r\n")
    assert await visit.ends() == b""


async def test_a_head_that_comes_byte_by_byte_is_cut(served):
    visit = await served.visit()
    sent = 0
    end = asyncio.ensure_future(visit.ends())
    while not end.done():
        visit.sends(b"GET / HTTP/1.1\r\nA: " if not sent else b"x")
        sent += 1
        await asyncio.wait((end,), timeout=0.05)
    assert 2 < sent < 40
    assert not served.application.paths


async def test_a_body_that_comes_slowly_is_awaited(served):
    served.application.may_answer.set()
    visit = await served.visit()
    visit.sends(POST)
    for _ in range(10):
        visit.sends(b"x" * 10)
        await asyncio.sleep(0.06)  # in all three times as long as is allowed without progress
    await visit.reads(b"hi")
    assert served.application.bodies == [b"x" * 100]


async def test_an_answer_that_takes_long_is_awaited(served):
    visit = await served.visit()
    visit.sends(GET)
    await served.application.is_asked.wait()
    await asyncio.sleep(0.5)
    served.application.may_answer.set()
    await visit.reads(b"hi")


@pytest.mark.parametrize("data", [GET, POST + b"x" * 100, GET + b"GET"], ids=["a page", "a post", "one more begun"])
async def test_a_client_that_reads_no_response_is_disconnected(served, data):
    served.application.may_answer.set()
    served.application.body = LARGE
    visit = await served.visit()
    visit.writer.transport.pause_reading()
    visit.sends(data)
    await served.application.is_asked.wait()
    await until(lambda: not served.state.connections, "the end of the connection")


async def test_a_slow_reader_gets_the_whole_response(served):
    served.application.may_answer.set()
    served.application.body = LARGE
    visit = await served.visit()
    visit.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    visit.sends(GET)
    left = len(LARGE) + len(await visit.reads(b"\r\n\r\n")) * 0
    while left:
        left -= len(await visit.reader.read(1_000_000))
        await asyncio.sleep(0.01)


async def test_a_websocket_has_no_http_deadline(served):
    """A silent WebSocket is closed by the hub instead (SILENT_SECONDS)."""
    visit = await served.visit()
    visit.sends(
        b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    await until(lambda: served.application.paths, "the upgrade")
    await asyncio.sleep(0.5)
    [connection] = served.state.connections
    assert not connection.transport.is_closing()
