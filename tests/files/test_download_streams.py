"""Tests of how a file is streamed: in small pieces, in turn, and no longer than its reader may and does read."""

import asyncio

import pytest

from files.downloads import streams
from files.downloads.conditions import ByteRange
from files.downloads.streams import PIECE_BYTES, ContentStream, slots
from realtime.shared.errors import NotFound, Unavailable

SIZE = 10 * PIECE_BYTES + 1
ALL = ByteRange(0, SIZE)


class Zeros:
    """A content of zeros, which counts what is read of it. `most`: it ends there."""

    size, modified = SIZE, 0.0

    def __init__(self, most: int = SIZE) -> None:
        self.reads: list[tuple[int, int]] = []
        self.most = most

    def read(self, begin: int, length: int) -> bytes:
        self.reads.append((begin, length))
        return bytes(max(0, min(length, self.most - begin)))


class Client:
    """The other side of a stream. `is_reading`: clear, its server takes no more bytes of it."""

    def __init__(self) -> None:
        self.messages: list[dict] = []
        self.has_left = asyncio.Event()
        self.is_reading = asyncio.Event()
        self.is_reading.set()

    async def receive(self) -> dict:
        await self.has_left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict) -> None:
        await self.is_reading.wait()
        self.messages.append(message)

    @property
    def is_complete(self) -> bool:
        return not self.messages[-1].get("more_body")

    @property
    def size(self) -> int:
        return sum(len(message["body"]) for message in self.messages)


@pytest.fixture
async def client():
    return Client()


async def always() -> bool:
    return True


async def stream(content: Zeros, client: Client, span: ByteRange = ALL, is_allowed=always) -> None:
    response = ContentStream(content, 1, is_allowed, client.receive, client.send)
    async with response.take_slot(span):
        await response.send_pieces(await response.read(*span), span)


async def test_a_file_is_sent_in_small_pieces(client):
    content = Zeros()
    await stream(content, client, ByteRange(5, SIZE))
    assert client.is_complete
    assert client.size == SIZE - 5
    assert max(len(message["body"]) for message in client.messages) == PIECE_BYTES
    assert content.reads[0] == (5, PIECE_BYTES)
    assert [begin for begin, _ in content.reads] == [5 + n * PIECE_BYTES for n in range(10)]


async def test_no_more_is_read_than_is_sent(client):
    content = Zeros()
    client.is_reading.clear()
    task = asyncio.create_task(stream(content, client))
    await until(lambda: content.reads)
    await asyncio.sleep(0)
    assert len(content.reads) == 1
    client.is_reading.set()
    await task
    assert client.size == SIZE


async def until(is_so) -> None:
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110 a thread changes it
            await asyncio.sleep(0.001)


async def test_nothing_is_read_for_a_client_that_has_left(client):
    content = Zeros()
    client.has_left.set()
    await stream(content, client)
    assert len(content.reads) <= 2


async def test_a_client_that_stops_reading_is_left(client, monkeypatch):
    monkeypatch.setattr(streams, "SILENT_SECONDS", 0.01)
    client.is_reading.clear()
    async with asyncio.timeout(5):
        await stream(Zeros(), client)
    assert client.messages == []


async def test_a_download_ends_when_its_user_may_not_see_the_file_any_more(client, monkeypatch):
    monkeypatch.setattr(streams, "CHECK_SECONDS", 0.0)
    answers = iter([True, True, False])

    async def ask() -> bool:
        return next(answers)

    await stream(Zeros(), client, is_allowed=ask)
    assert not client.is_complete
    assert client.size == 3 * PIECE_BYTES


async def test_a_file_that_is_cut_off_is_not_shown_as_complete(client):
    await stream(Zeros(most=PIECE_BYTES + 5), client)
    assert not client.is_complete
    with pytest.raises(NotFound):
        await stream(Zeros(most=5), client)


async def test_the_downloads_of_a_user_wait_for_each_other(client, monkeypatch):
    monkeypatch.setattr(streams.limits, "DOWNLOADS_OF_USER", 1)
    monkeypatch.setattr(streams, "WAIT_SECONDS", 0.01)
    async with slots.get().take(1):
        with pytest.raises(Unavailable):
            await stream(Zeros(), client)
        await stream(Zeros(), client, ByteRange(0, PIECE_BYTES))  # a thumbnail
        async with slots.get().take(2):
            pass
    await stream(Zeros(), client)
    assert client.is_complete
