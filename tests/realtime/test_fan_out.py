"""The fan-out: the same frames for many real sockets, by the C function and by Python."""

import asyncio
import contextlib
import socket
from types import SimpleNamespace

import pytest

from realtime.engine import fan_out
from realtime.engine.connection import Connection
from realtime.engine.direct_transport import DirectTransport
from realtime.engine.frames import DEFLATE_FROM_BYTES, Frame

PATIENCE_SECONDS = 10
SHORT, LONG = "hello", "hello " * DEFLATE_FROM_BYTES


@pytest.fixture(params=["in C", "in Python"], autouse=True)
def way(request, monkeypatch):
    """Every test runs both ways: `make test` builds the C function where there is a compiler."""
    if request.param == "in Python":
        monkeypatch.setattr(fan_out, "fan_out", None)
    elif fan_out.fan_out is None:
        pytest.skip("no C compiler was there")
    return request.param


class Peer(asyncio.Protocol):
    """The server's side of a socket, and the client's."""

    def __init__(self, *, deflates: bool, buffer_bytes: int | None = None) -> None:
        ours, self.client = socket.socketpair()
        if buffer_bytes:
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer_bytes)
        self.client.setblocking(False)
        self.ours = ours
        self.deflates = deflates
        self.loop = asyncio.get_running_loop()

    async def opens(self) -> "Peer":
        await self.loop.create_connection(lambda: self, sock=self.ours)
        self.transport.set_write_buffer_limits(high=0)
        self.direct = DirectTransport(self)
        self.connection = Connection("a", self.direct, SimpleNamespace(id=1), None)
        return self

    def connection_made(self, transport) -> None:
        self.transport = transport

    def pause_writing(self) -> None:
        self.direct.note_backlog(True)

    def resume_writing(self) -> None:
        self.direct.note_backlog(False)

    async def reads(self, count: int) -> bytes:
        data = b""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(data) < count:
                data += await self.loop.sock_recv(self.client, count - len(data))
        return data

    def has_nothing_to_read(self) -> bool:
        with contextlib.suppress(BlockingIOError):
            return not self.client.recv(1)
        return True


@pytest.fixture
async def peers():
    async with contextlib.AsyncExitStack() as stack:

        async def make(count: int, **options) -> list[Peer]:
            made = [await Peer(**{"deflates": False, **options}).opens() for _ in range(count)]
            for peer in made:
                stack.callback(peer.client.close)
                stack.callback(peer.transport.abort)
            return made

        yield make


def send(peers, *texts):
    return fan_out.send_to_all([peer.connection for peer in peers], [Frame(text) for text in texts])


@pytest.mark.parametrize("texts", [[SHORT], [LONG], [SHORT, LONG, SHORT]])
async def test_everybody_gets_the_frames_as_they_agreed(peers, texts):
    everybody = await peers(20) + await peers(20, deflates=True)
    assert send(everybody, *texts) == []
    for peer in everybody:
        frames = map(Frame, texts)
        wanted = b"".join([frame.deflated if peer.direct.deflates else frame.plain for frame in frames])
        assert await peer.reads(len(wanted)) == wanted
        assert peer.has_nothing_to_read()


async def test_bytes_that_a_socket_does_not_take_follow_in_order(peers):
    """A frame that is larger than a socket's buffer, and another one while it waits."""
    narrow, wide = await peers(10, buffer_bytes=8192), await peers(10)
    large = "x" * 90_000
    assert send(narrow + wide, large) == []
    assert all(peer.direct.has_backlog for peer in narrow)
    backlogged = send(narrow + wide, SHORT)
    assert backlogged == [peer.connection for peer in narrow]
    for connection in backlogged:
        connection.send([Frame(SHORT)])
    wanted = Frame(large).plain + Frame(SHORT).plain
    for peer in narrow + wide:
        assert await peer.reads(len(wanted)) == wanted
    async with asyncio.timeout(PATIENCE_SECONDS):
        for peer in narrow:
            while peer.direct.has_backlog:  # noqa: ASYNC110 nothing tells but this
                await asyncio.sleep(0)
    assert send(narrow + wide, SHORT) == []
    assert [await peer.reads(len(SHORT) + 2) for peer in narrow] == [Frame(SHORT).plain] * 10


async def test_nothing_goes_to_a_socket_whose_connection_is_over(peers):
    """Its file descriptor may already belong to another connection."""
    everybody = await peers(10)
    everybody[3].direct.end(1000)
    assert send(everybody, SHORT) == []
    assert everybody[3].has_nothing_to_read()
    assert await everybody[4].reads(len(SHORT) + 2) == Frame(SHORT).plain


async def test_a_client_that_is_gone_keeps_nothing_from_the_others(peers):
    everybody = await peers(10)
    everybody[3].client.close()
    for _ in range(3):
        assert send(everybody, SHORT) == []
    wanted = Frame(SHORT).plain * 3
    assert [await peer.reads(len(wanted)) for peer in everybody if peer is not everybody[3]] == [wanted] * 9


async def test_nothing_goes_past_the_encryption(peers):
    [peer] = await peers(1)
    assert peer.direct.socket == peer.ours.fileno()
    encrypted = SimpleNamespace(
        write=peer.transport.write, get_extra_info={"socket": peer.ours, "ssl_object": object()}.get
    )
    assert DirectTransport(SimpleNamespace(transport=encrypted, deflates=False)).socket == -1


def test_python_sends_where_the_function_is_not_built(tmp_path):
    assert fan_out.load(tmp_path / "fan_out.so") is None
