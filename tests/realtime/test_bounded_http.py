"""Any data that a client sends over HTTP costs a bounded amount of time and memory."""

import gc
import weakref

import pytest

from realtime.serving.bounded_http import HEAD_BYTES, HEADERS, WAITING_REQUESTS
from tests.realtime.visits import GET, serving, until


@pytest.fixture
async def served():
    async with serving() as served:
        yield served


async def test_requests_that_are_sent_together_are_answered_in_their_order(served):
    served.application.may_answer.set()
    visit = await served.visit()
    visit.sends(b"".join(GET.replace(b"/ ", b"/%d " % number, 1) for number in range(WAITING_REQUESTS + 1)))
    for _ in range(WAITING_REQUESTS + 1):
        assert (await visit.reads(b"hi")).startswith(b"HTTP/1.1 200")
    assert served.application.paths == [f"/{number}" for number in range(WAITING_REQUESTS + 1)]
    visit.sends(GET)
    await visit.reads(b"hi")


async def test_more_requests_than_may_wait_close_the_connection(served):
    visit = await served.visit()
    visit.sends(GET * 5000)
    assert b"400" not in await visit.ends(), "no answer within another"
    [protocol] = served.protocols
    await until(lambda: not served.state.tasks, "the first request to end")
    assert served.application.paths == ["/"]
    assert served.application.ends == ["http.disconnect"]
    assert not protocol.pipeline


async def test_nothing_is_read_while_requests_wait(served):
    """The waiting request has an endless body; the one before it waits for the client to disconnect."""
    visit = await served.visit()
    visit.sends(GET + b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n")
    await served.application.is_asked.wait()
    [protocol] = served.protocols
    await until(lambda: protocol.pipeline, "a request that waits")
    protocol.flow.resume_reading()
    assert protocol.flow.read_paused
    visit.sends(b"x" * 1_000_000)
    visit.writer.transport.set_write_buffer_limits(0)
    served.application.may_answer.set()
    await visit.reads(b"hi")
    await visit.writer.drain()
    assert not protocol.pipeline


async def test_after_the_end_of_a_connection_nothing_of_it_is_kept(served):
    visit = await served.visit()
    visit.sends(GET * 3)
    await served.application.is_asked.wait()
    [protocol] = served.protocols
    await until(lambda: protocol.pipeline, "requests that wait")
    waiting = [weakref.ref(cycle) for cycle, _ in protocol.pipeline]
    gc.disable()
    try:
        protocol.transport.abort()
        await until(lambda: not served.state.tasks, "the first request to end")
        assert [each() for each in waiting] == [None, None], "nor until the collector comes"
    finally:
        gc.enable()
    assert served.application.ends == ["http.disconnect"]


@pytest.mark.parametrize(
    "second", [b"nonsense\r\n\r\n", GET[:-2] + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"]
)
async def test_an_invalid_request_behind_another_closes_the_connection(served, second):
    visit = await served.visit()
    visit.sends(GET + second)
    assert await visit.ends() == b""


@pytest.mark.parametrize(
    "head", [b"GET /" + b"x" * HEAD_BYTES, b"GET / HTTP/1.1\r\n" + b"a:b\r\n" * (HEADERS + 2)], ids=["bytes", "headers"]
)
async def test_a_head_ends_somewhere(served, head):
    visit = await served.visit()
    visit.sends(head)
    assert (await visit.ends()).startswith(b"HTTP/1.1 400")
    assert not served.application.paths
