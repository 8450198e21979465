"""Any bytes that a client sends on a WebSocket cost a bounded amount of time and memory."""

import asyncio
import json
import time

import pytest

from realtime.conf import limits
from realtime.engine.protocol import ABUSE
from realtime.serving import bounded_websocket
from realtime.serving.open_connections import open_connections
from tests.realtime.wire import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, Wire, deflated, frame

READ = 256_000  # bytes that uvloop reads at once


@pytest.fixture
async def wire():
    return await Wire().opens()


@pytest.fixture
async def deflating_wire():
    return await Wire(**{"Sec-WebSocket-Extensions": "permessage-deflate"}).opens()


def a_read_of(piece: bytes) -> bytes:
    return piece * (READ // len(piece))


async def test_a_message_reaches_the_application(wire):
    wire.receives(frame(TEXT, b"hi") + frame(BINARY, b"\x00"))
    assert wire.received == ["hi", None]
    assert wire.transport.is_reading


async def test_a_message_in_single_bytes_reaches_the_application(wire):
    for byte in frame(TEXT, b"x" * 200) + frame(TEXT, b"y"):
        wire.receives(bytes((byte,)))
    assert wire.received == ["x" * 200, "y"]


@pytest.mark.parametrize(
    "piece",
    [
        frame(PING),
        frame(PING, b"x" * 125),
        frame(PONG),
        frame(TEXT, b"x"),
        frame(BINARY),
        frame(TEXT, b"x", fin=False) + frame(CONTINUATION),
    ],
    ids=["pings", "long pings", "pongs", "texts", "binaries", "pieces"],
)
async def test_a_flood_of_frames_ends_as_abuse_before_it_is_parsed(wire, piece, monkeypatch):
    parsed = []
    monkeypatch.setattr(bounded_websocket, "parse_frame", watch(bounded_websocket.parse_frame, parsed))
    wire.receives(a_read_of(piece))
    await wire.is_idle()
    assert wire.close_code == ABUSE
    assert len(parsed) <= 2 * (limits.COMMANDS_BURST + limits.REFUSALS_BEFORE_ABUSE)
    assert not wire.transport.is_reading, "nothing more is read from it"
    assert len(wire.protocol._input) == 0
    assert len(wire.transport.written) < limits.BUFFER_SOFT_BYTES


async def test_a_connection_holds_the_loop_for_some_frames_a_turn(wire):
    wire.receives(frame(TEXT, b"x") * 100)
    assert len(wire.received) == bounded_websocket.FRAMES_PER_TURN
    assert not wire.transport.is_reading
    await wire.turns()
    assert len(wire.received) == 2 * bounded_websocket.FRAMES_PER_TURN
    await wire.is_idle()
    assert len(wire.received) == 100
    assert wire.transport.is_reading


async def test_control_frames_at_an_ordinary_pace_are_free(wire, monkeypatch):
    clock = time.monotonic()
    monkeypatch.setattr(bounded_websocket.frame_limit, "_clock", lambda: clock)
    for _ in range(1000):
        clock += 0.2
        wire.receives(frame(PING))
    assert wire.close_code is None


@pytest.mark.parametrize("payload", [b"", b"x"])
async def test_a_message_has_a_bounded_number_of_fragments(wire, payload):
    most = bounded_websocket.FRAGMENTS_PER_MESSAGE
    wire.receives(frame(TEXT, payload, fin=False) + frame(CONTINUATION, payload, fin=False) * (most - 2))
    await wire.is_idle()
    wire.receives(frame(PING) + frame(CONTINUATION))
    await wire.is_idle()
    assert wire.received == [payload.decode() * (most - 1)]
    wire.receives(frame(TEXT, payload, fin=False) + frame(CONTINUATION, payload, fin=False) * most)
    await wire.is_idle()
    assert wire.close_code == 1009


async def test_deflated_messages_are_inflated_one_by_one_and_only_to_the_bound(deflating_wire):
    wire = deflating_wire
    inflated = []
    deflate = wire.protocol._extensions[0]
    deflate.decode = watch(deflate.decode, inflated)
    wire.receives(deflated(b"x" * 1000) + deflated(b"y" * 1001) + deflated(b"z" * 2**20) * 200)
    await wire.is_idle()
    assert wire.received == ["x" * 1000]
    assert len(inflated) == 2, "frames after the one that is too large are not parsed"
    assert wire.close_code == 1009


def watch(function, calls):
    def watched(*arguments, **options):
        calls.append(arguments)
        return function(*arguments, **options)

    return watched


async def test_a_frame_that_is_too_large_is_refused_by_its_header(wire):
    whole = frame(TEXT, b"x" * 100_000)
    wire.receives(whole[:14])
    assert wire.close_code == 1009
    assert wire.transport.is_reading, "to find the client's close frame behind it"
    for start in range(14, len(whole), 1000):
        wire.receives(whole[start : start + 1000])
        assert len(wire.protocol._input) == 0
    assert not wire.transport.closing
    wire.receives(frame(CLOSE, b"\x03\xf1"))
    assert wire.transport.closing
    assert not wire.transport.cut


async def test_after_a_close_nothing_is_parsed(wire, monkeypatch):
    wire.direct.close(ABUSE)
    monkeypatch.setattr(bounded_websocket, "parse_frame", None)  # it must not be called
    wire.receives(frame(TEXT, b"x") * 100 + frame(PING) * 100)
    await wire.is_idle()
    assert wire.received == []
    assert wire.transport.is_reading
    wire.receives(frame(CLOSE, b"\x11\x9c"))
    assert wire.transport.closing


async def test_a_client_that_ignores_a_close_is_disconnected(wire, monkeypatch):
    monkeypatch.setattr(bounded_websocket, "CLOSE_SECONDS", 0)
    wire.direct.close(ABUSE)
    wire.receives(a_read_of(frame(PING)))
    await wire.is_idle()
    assert not wire.transport.is_reading
    await asyncio.sleep(0.01)
    assert wire.transport.cut


@pytest.mark.parametrize("end", ["its close frame", "the end of the stream", "no answer to a ping"])
async def test_a_client_that_closes_without_reading_is_disconnected(wire, monkeypatch, end):
    monkeypatch.setattr(bounded_websocket, "CLOSE_SECONDS", 0)
    if end == "its close frame":
        wire.receives(frame(CLOSE, b"\x03\xe8"))
    elif end == "the end of the stream":
        wire.protocol.eof_received()
    else:
        wire.protocol.ping()
        assert not wire.protocol.close_sent, "there is time to answer"
        wire.protocol.ping()
    await asyncio.sleep(0.01)
    assert wire.transport.cut


async def test_no_messages_are_read_from_a_client_that_reads_nothing(wire):
    wire.direct.send([Long()])
    assert not wire.transport.is_reading
    wire.protocol.data_received(frame(TEXT, b"x"))  # from a read that had begun before
    assert wire.received == []
    wire.transport.is_read()
    assert wire.received == ["x"]
    assert wire.transport.is_reading


class Long:
    plain = deflated = b"x" * (limits.BUFFER_SOFT_BYTES + 1)


async def test_the_next_message_waits_until_the_last_was_handled(wire):
    wire.may_go_on.clear()
    wire.receives(frame(TEXT, b"1") + frame(TEXT, b"2") + frame(PING, b"after"))
    assert wire.received == ["1"]
    assert not wire.transport.is_reading
    wire.may_go_on.set()
    await wire.turns(5)
    assert wire.received == ["1", "2"]
    assert b"after" in wire.transport.written
    assert wire.transport.is_reading


async def test_nothing_is_read_before_the_connection_is_open():
    wire = Wire()
    assert not wire.transport.is_reading
    wire.protocol.data_received(frame(TEXT, b"early"))  # from a read that had begun before
    await wire.opens()
    assert wire.received == ["early"]
    assert wire.transport.is_reading


async def test_a_text_that_is_not_utf_8_is_closed_with_1007(wire):
    wire.receives(frame(TEXT, b"\xff"))
    assert wire.close_code == 1007


async def test_a_turn_stays_short_when_every_message_is_a_command(wire):
    """The bounds assume this: a turn blocks the loop for far less time than a person notices."""
    command = frame(TEXT, json.dumps({"ref": 1, "type": "ping"}).encode())
    began = time.thread_time()
    wire.receives(command * 500)
    assert time.thread_time() - began < 0.05


@pytest.mark.parametrize(
    "data",
    [
        bytes((0x81, 1)) + b"x",
        frame(TEXT, b"x", flags=0x20),
        frame(0x3),
        frame(PING, b"x" * 126),
        frame(CONTINUATION, b"x"),
        frame(TEXT, b"x", fin=False) + frame(TEXT, b"y"),
        frame(TEXT, b"x", fin=False) + frame(CLOSE, b"\x03\xe8"),
        frame(CLOSE, b"\x00\x01"),
    ],
    ids=["unmasked", "reserved bit", "opcode", "long ping", "no begin", "no end", "close within", "close code"],
)
async def test_a_protocol_error_closes_with_1002(wire, data):
    wire.receives(data)
    assert wire.close_code == 1002
    assert wire.ends == [1002]
    assert wire.received == []


async def test_fragments_that_are_too_large_together_are_refused(wire):
    wire.receives(frame(TEXT, b"x" * 600, fin=False) + frame(CONTINUATION, b"y" * 401))
    assert wire.close_code == 1009


async def test_a_close_is_answered_with_its_code_and_reported_once(wire):
    open_connections.admit(wire.protocol.client)
    wire.receives(frame(CLOSE, b"\x11\x94bye"))
    assert wire.transport.written == bytes((0x88, 5)) + b"\x11\x94bye"
    assert wire.transport.closing
    wire.protocol.connection_lost(None)
    assert wire.ends == [4500]


async def test_a_client_that_sends_something_is_not_closed_by_pings(wire):
    for _ in range(3):
        wire.protocol.ping()
        wire.receives(frame(PONG))
    assert wire.close_code is None
    assert wire.transport.written == bytes((0x89, 0)) * 3
