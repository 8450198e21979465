"""The WebSocket handshake: valid and invalid requests, accepting, refusing, and the memory that is freed."""

import asyncio
import gc
import weakref

import pytest

from realtime.engine.direct_transport import EXTENSION
from realtime.serving.keepalive import SLOTS, Keepalive
from realtime.serving.open_connections import open_connections
from tests.realtime.visits import serving
from tests.realtime.wire import Wire

KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # of RFC 6455, section 1.3, like its answer
ACCEPT = b"\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"


def request(**headers: str | None) -> bytes:
    usual = {
        "Host": "localhost",
        "Connection": "keep-alive, Upgrade",
        "Upgrade": "websocket",
        "Sec_WebSocket_Key": KEY,
        "Sec_WebSocket_Version": "13",
    }
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in (usual | headers).items() if value is not None]
    return "\r\n".join(["GET /ws/?protocol=1 HTTP/1.1", *lines, "", ""]).encode()


@pytest.fixture
async def served():
    async with serving() as served:
        yield served


def answers_with(served, *messages: dict, then=None):
    """Make the application send these messages to each client, and continue with `then`."""
    scopes = []

    async def application(scope, receive, send):
        scopes.append(scope)
        assert await receive() == {"type": "websocket.connect"}
        for message in messages:
            await send(message)
        if then is not None:
            await then(scope, receive, send)

    served.config.loaded_app = application
    return scopes


async def open_directly(scope, receive, send):
    scope["extensions"][EXTENSION]["open"]()


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_WebSocket_Key": None},
        {"Sec_WebSocket_Key": "c2hvcnQ="},
        {"Sec_WebSocket_Key": "no base64!"},
        {"Sec_WebSocket_Version": None},
        {"Sec_WebSocket_Version": "8"},
        {"Sec_WebSocket_Extensions": "permessage-deflate; ="},
    ],
    ids=str,
)
async def test_an_invalid_handshake_is_refused(served, headers):
    scopes = answers_with(served)
    visit = await served.visit()
    visit.sends(request(**headers))
    assert (await visit.ends()).startswith(b"HTTP/1.1 400 ")
    assert not scopes


async def test_an_accepted_request_is_answered_as_the_rfc_has_it(served):
    scopes = answers_with(served, {"type": "websocket.accept"}, then=open_directly)
    visit = await served.visit()
    visit.sends(request())
    answer = await visit.reads(b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 101 ")
    assert ACCEPT in answer
    assert b"xtensions" not in answer
    [scope] = scopes
    assert (scope["path"], scope["query_string"], scope["scheme"]) == ("/ws/", b"protocol=1", "ws")


@pytest.mark.parametrize(
    ("offer", "agreed"),
    [
        ("permessage-deflate; client_max_window_bits", b"permessage-deflate; server_no_context_takeover"),
        ("x-other, permessage-deflate", b"permessage-deflate; server_no_context_takeover"),
        ("x-other", None),
        ("permessage-deflate; server_max_window_bits=99", None),
    ],
)
async def test_deflate_is_agreed_upon_where_it_is_offered(served, offer, agreed):
    answers_with(served, {"type": "websocket.accept"}, then=open_directly)
    visit = await served.visit()
    visit.sends(request(Sec_WebSocket_Extensions=offer))
    answer = await visit.reads(b"\r\n\r\n")
    assert (b"Sec-WebSocket-Extensions: " in answer) is (agreed is not None)
    assert agreed is None or agreed in answer


@pytest.mark.parametrize(
    ("messages", "status"),
    [
        ([], b"500"),
        ([{"type": "websocket.send", "text": "hi"}], b"500"),
        ([{"type": "websocket.close"}], b"403"),
        ([{"type": "websocket.accept"}], b"101"),
    ],
    ids=["nothing", "a mistake", "a close", "accepted and left"],
)
async def test_a_connection_that_is_not_opened_is_closed(served, messages, status):
    answers_with(served, *messages)
    visit = await served.visit()
    visit.sends(request())
    assert (await visit.ends()).startswith(b"HTTP/1.1 " + status)
    assert not served.state.connections
    assert open_connections.total == 0


async def test_an_application_that_fails_after_opening_closes_the_connection(served):
    async def fails(scope, receive, send):
        await open_directly(scope, receive, send)
        raise LookupError

    answers_with(served, {"type": "websocket.accept"}, then=fails)
    visit = await served.visit()
    visit.sends(request())
    assert (await visit.ends()).startswith(b"HTTP/1.1 101 ")


async def test_a_refusal_has_status_headers_and_body(served):
    head = {"type": "websocket.http.response.start", "status": 429, "headers": [(b"retry-after", b"5")]}
    answers_with(served, head, {"type": "websocket.http.response.body", "body": b"later"})
    visit = await served.visit()
    visit.sends(request())
    answer = await visit.ends()
    assert answer.startswith(b"HTTP/1.1 429 ")
    assert b"\r\nretry-after: 5\r\n" in answer
    assert answer.endswith(b"\r\n\r\nlater")


async def test_the_application_is_notified_of_a_lost_connection(served):
    found = asyncio.get_running_loop().create_future()

    async def waits(scope, receive, send):
        found.set_result(await receive())

    answers_with(served, then=waits)
    visit = await served.visit()
    visit.sends(request())
    while not served.state.tasks:  # noqa: ASYNC110 nothing tells but this
        await asyncio.sleep(0)
    [handshake] = served.state.connections
    handshake.transport.abort()
    async with asyncio.timeout(5):
        assert await found == {"type": "websocket.disconnect", "code": 1006}


async def test_the_handshake_is_freed():
    wire = Wire()
    handshake = weakref.ref(wire.protocol)
    assert handshake() is not None
    await wire.opens()
    await wire.turns(2)
    gc.collect()
    assert handshake() is None


class Pinged:
    number = 0
    pings = 0

    def ping(self):
        self.pings += 1


def test_each_connection_is_pinged_once_in_a_while_and_not_all_at_once():
    keepalive = Keepalive()
    connections = [Pinged() for _ in range(2 * SLOTS)]
    for connection in connections:
        keepalive.add(connection)
    keepalive.tick(0)
    assert sum(connection.pings for connection in connections) == 2
    for number in range(1, SLOTS):
        keepalive.tick(number)
    assert {connection.pings for connection in connections} == {1}
    keepalive.discard(connections[0])
    keepalive.tick(SLOTS)
    assert [connections[0].pings, connections[SLOTS].pings] == [1, 2]
