"""Attacking clients, as a process of their own: many connections from one address, as fast as possible.

    python -m bench.attacks NAME PORT SECONDS ROOM HEAD SESSION…

It prints as JSON how many were open at the same time at most, and how many were opened in all.
"""

import asyncio
import contextlib
import json
import secrets
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import uvloop

from bench.dialects import compact, request
from tests.realtime.wire import CONTINUATION, PING, TEXT, deflated, frame

AT_ONCE = 20
ADDRESS = "127.0.0.2"
PIECE = 256 * 1024  # as much as the server reads at once
SMALL_BUFFER = 4096  # bytes, like the window of a client on a slow network
PAUSE = 0.05  # seconds before a refused client tries again
BEHIND = 900  # messages: slightly fewer than a catch-up may have


@dataclass
class Attack:
    """A running attack; `room` has a history, `sessions` belong to its members."""

    port: int
    ends_at: float
    room: str
    sessions: list[str]
    open_now: int = 0
    most: int = 0
    opened: int = 0
    numbers: dict[str, int] = field(default_factory=dict)

    async def run(self, once: Callable[["Attack", int], Awaitable[None]], at_once: int) -> None:
        await asyncio.gather(*(self._again_and_again(once, number) for number in range(at_once)))

    async def _again_and_again(self, once: Callable[["Attack", int], Awaitable[None]], number: int) -> None:
        while (left := self.ends_at - time.monotonic()) > 0:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
                async with asyncio.timeout(left):
                    await once(self, number)
            await asyncio.sleep(PAUSE)

    @contextlib.asynccontextmanager
    async def connect(self, *, address: str = ADDRESS, reads: bool = True):
        """Open a connection. Without `reads`, only explicitly read bytes are taken from the kernel."""
        sock = socket.socket()
        sock.setblocking(False)
        if not reads:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        sock.bind((address, 0))
        try:
            await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", self.port))
            reader, writer = await asyncio.open_connection(sock=sock, limit=2**16 if reads else 1024)
        except BaseException:
            sock.close()
            raise
        self.open_now += 1
        self.opened += 1
        self.most = max(self.most, self.open_now)
        try:
            yield reader, writer
        finally:
            self.open_now -= 1
            writer.transport.abort()

    @contextlib.asynccontextmanager
    async def connection(self, number: int, *extensions: str, reads: bool = True):
        """Open a WebSocket with the session of a member."""
        cookie = f"Cookie: sessionid={self.sessions[number % len(self.sessions)]}"
        head = request(self.port, "/ws/", f"Origin: http://localhost:{self.port}", cookie, *extensions)
        async with self.connect(reads=reads) as (reader, writer):
            writer.write(head.encode())
            status = await reader.readuntil(b"\r\n\r\n")
            if b" 101 " not in status:
                raise ConnectionError("refused")
            yield reader, writer


async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, piece: bytes) -> None:
    """Send as much as the server takes, and discard its answers, until it closes the connection."""
    reading = asyncio.ensure_future(discard(reader))
    try:
        while not (reading.done() or writer.transport.is_closing()):
            writer.write(piece)
            sending = asyncio.ensure_future(writer.drain())
            await asyncio.wait((reading, sending), return_when=asyncio.FIRST_COMPLETED)
            sending.cancel()
    finally:
        reading.cancel()


async def discard(reader: asyncio.StreamReader) -> None:
    with contextlib.suppress(OSError):
        while await reader.read(2**16):
            pass


async def stay(writer: asyncio.StreamWriter) -> None:
    """Read nothing more until the server has closed the connection."""
    while not writer.transport.is_closing():
        await asyncio.sleep(PAUSE)


async def pings(attack: Attack, number: int) -> None:
    async with attack.connection(number) as (reader, writer):
        await flood(reader, writer, frame(PING) * (PIECE // 6))


async def fragments(attack: Attack, number: int) -> None:
    async with attack.connection(number) as (reader, writer):
        writer.write(frame(TEXT, b"x", fin=False))
        await flood(reader, writer, frame(CONTINUATION, fin=False) * (PIECE // 6))


async def deflate(attack: Attack, number: int) -> None:
    async with attack.connection(number, "Sec-WebSocket-Extensions: permessage-deflate") as (reader, writer):
        await flood(reader, writer, deflated(b"x" * 2**20) * 250)


async def unread_pongs(attack: Attack, number: int) -> None:
    async with attack.connection(number, reads=False) as (_, writer):
        while not writer.transport.is_closing():
            writer.write(frame(PING, b"x" * 125) * 100)
            await writer.drain()
            await asyncio.sleep(PAUSE)


async def pipelined(attack: Attack, number: int) -> None:
    async with attack.connect(reads=False) as (_, writer):
        while not writer.transport.is_closing():
            writer.write(b"GET / HTTP/1.1\r\n\r\n" * (PIECE // 18))
            await writer.drain()


async def half_requests(attack: Attack, number: int) -> None:
    body = b"Content-Length: 20000000\r\n\r\n{" if number % 2 else b"A: "
    async with attack.connect() as (reader, writer):
        writer.write(b"POST /api/streams/x/ HTTP/1.1\r\nHost: localhost\r\n" + body)
        await discard(reader)


async def password_hashes(attack: Attack, number: int) -> None:
    """Try passwords, each from another address, because the tries of one address are limited."""
    token = "a" * 32
    form = f"csrfmiddlewaretoken={token}&login=load{number}&password={secrets.token_hex(8)}".encode()
    head = (
        f"POST /accounts/login/ HTTP/1.1\r\nHost: localhost:{attack.port}\r\nCookie: csrftoken={token}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\nContent-Length: {len(form)}\r\n\r\n"
    )
    address = f"127.0.{1 + attack.opened // 250 % 250}.{1 + attack.opened % 250}"
    async with attack.connect(address=address) as (reader, writer):
        writer.write(head.encode() + form)
        await discard(reader)


async def catch_ups(attack: Attack, number: int) -> None:
    async with attack.connection(number) as (reader, writer):
        ask = await prepare_catch_up(attack, reader)
        await flood(reader, writer, frame(TEXT, ask.encode()))


async def unread_answers(attack: Attack, number: int) -> None:
    async with attack.connection(number, reads=False) as (reader, writer):
        ask = await prepare_catch_up(attack, reader)
        writer.write(frame(TEXT, ask.encode()) * 50)
        await stay(writer)


async def prepare_catch_up(attack: Attack, reader: asyncio.StreamReader) -> str:
    """Return a command for a large catch-up, to be sent repeatedly."""
    hello = await reader.readuntil(b'"epoch":"')
    epoch = (await reader.readuntil(b'"'))[:-1].decode()
    assert b"hello" in hello
    after = attack.numbers["head"] - BEHIND
    return compact({"ref": 1, "type": "subscribe", "data": {"epoch": epoch, "topics": {attack.room: after}}})


async def unread_pages(attack: Attack, number: int) -> None:
    async with attack.connect(reads=False) as (_, writer):
        writer.write(f"GET /accounts/login/ HTTP/1.1\r\nHost: localhost:{attack.port}\r\n\r\n".encode() * 16)
        await stay(writer)


async def made_up_cookies(attack: Attack, number: int) -> None:
    cookie = f"Cookie: sessionid={secrets.token_hex(16)}"
    async with attack.connect() as (reader, writer):
        writer.write(request(attack.port, "/ws/", f"Origin: http://localhost:{attack.port}", cookie).encode())
        await discard(reader)


# name: what one connection does, and how many do it at the same time
ATTACKS: dict[str, tuple[Callable[[Attack, int], Awaitable[None]], int]] = {
    "pings": (pings, AT_ONCE),
    "fragments": (fragments, AT_ONCE),
    "deflated messages": (deflate, AT_ONCE),
    "unread pongs": (unread_pongs, AT_ONCE),
    "pipelined requests": (pipelined, AT_ONCE),
    "half requests": (half_requests, 500),
    "passwords": (password_hashes, 40),
    "catch-ups": (catch_ups, AT_ONCE),
    "unread answers": (unread_answers, AT_ONCE),
    "unread pages": (unread_pages, AT_ONCE),
    "made-up cookies": (made_up_cookies, AT_ONCE),
}


def main(name: str, port: str, seconds: str, room: str, head: str, *sessions: str) -> None:
    attack = Attack(int(port), time.monotonic() + float(seconds), room, list(sessions), numbers={"head": int(head)})
    uvloop.run(attack.run(*ATTACKS[name]))
    print(json.dumps({"most": attack.most, "opened": attack.opened}))


if __name__ == "__main__":
    main(*sys.argv[1:])
