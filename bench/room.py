"""A first rough load: one room, many links, deliveries a second, under each server.

    .venv/bin/python bench/room.py --links 200 --seconds 5

Starts the server itself on a fresh SQLite database, signs everybody in by a token, keeps a number of posts in
flight, and counts what arrives. The load comes from another process on the same machine, so the figures say
which server is faster here, not how fast either is alone. Every message is stored before it is acknowledged.
"""

import argparse
import asyncio
import contextlib
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import uvloop

ROOT = Path(__file__).resolve().parent.parent
ROOM_EVENT = b'"type":"message"'
SERVERS = {
    "serve": [sys.executable, "manage.py", "serve", "--port"],
    "daphne": [sys.executable, "-m", "daphne", "-v", "0", "config.asgi:application", "-p"],
}
UNLIMITED = ("POSTS_PER_10_SECONDS", "POSTS_BURST", "COMMANDS_PER_10_SECONDS", "COMMANDS_BURST", "CONNECTS_BURST")
MAKE_PEOPLE = """
import sys
from accounts.models import User
from accounts.services import make_token
from chat import services
people = User.objects.bulk_create(User(username=f"load{n}") for n in range(int(sys.argv[1])))
people = list(User.objects.filter(username__startswith="load"))
room = services.create_room(people[0], kind="public", name="load")
for person in people[1:]:
    services.join(room, person)
print(room.pk, *(make_token(person, "load")[1] for person in people))
"""


class Client(asyncio.Protocol):
    """A WebSocket client that counts events in the bytes and parses no frame but its own replies."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.token = port, token
        self.messages = 0
        self.tail = b""
        self.waiting: dict[int, asyncio.Future] = {}

    async def open(self) -> None:
        self.opened = asyncio.get_running_loop().create_future()
        self.transport, _ = await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", self.port)
        headers = [
            "GET /ws/ HTTP/1.1",
            f"Host: localhost:{self.port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
            f"Authorization: Bearer {self.token}",
        ]
        self.transport.write("\r\n".join([*headers, "", ""]).encode())
        await self.opened

    def data_received(self, data: bytes) -> None:
        if not self.opened.done():
            if b" 101 " in data:
                self.opened.set_result(None)
            else:
                self.opened.set_exception(ConnectionError(data[:80]))
        text = self.tail + data
        self.messages += text.count(ROOM_EVENT)
        if self.waiting and b'"ref":' in text:
            for ref in re.findall(rb'"ref":(\d+),"(?:ok|error)"', text):
                if waiting := self.waiting.pop(int(ref), None):
                    waiting.set_result(None)
        self.tail = text[-(len(ROOM_EVENT) - 1) :]

    def send(self, ref: int, type: str, data: dict, topic: str | None = None) -> asyncio.Future:
        text = json.dumps({"ref": ref, "type": type, "data": data} | ({"topic": topic} if topic else {})).encode()
        head = bytes([0x81, 0x80 | len(text)]) if len(text) < 126 else b"\x81\xfe" + len(text).to_bytes(2)
        self.transport.write(head + b"\0\0\0\0" + text)  # masked with zeros
        self.waiting[ref] = asyncio.get_running_loop().create_future()
        return self.waiting[ref]


async def load(port: int, room: str, tokens: list[str], in_flight: int, seconds: float) -> tuple[float, float]:
    """Return deliveries and acknowledged posts a second."""
    clients = [Client(port, token) for token in tokens]
    for client in clients:
        await client.open()
        await client.send(1, "subscribe", {"topics": {room: None}})
    author, posts = clients[0], 0
    end = time.perf_counter() + seconds

    async def post(first: int) -> None:
        nonlocal posts
        ref = first
        while time.perf_counter() < end:
            await author.send(ref, "message.post", {"key": str(uuid.uuid4()), "text": "Shall we?"}, room)
            posts += 1
            ref += in_flight

    started = time.perf_counter()
    await asyncio.gather(*(post(1000 + number) for number in range(in_flight)))
    elapsed = time.perf_counter() - started
    while any(client.messages < posts for client in clients) and time.perf_counter() < end + 10:
        await asyncio.sleep(0.01)  # what is still on its way
    assert all(client.messages == posts for client in clients), "something was lost or came twice"
    for client in clients:
        client.transport.close()
    return sum(client.messages for client in clients) / elapsed, posts / elapsed


@contextlib.contextmanager
def server(name: str, folder: str, port: int):
    environment = os.environ | {
        "DATA_DIR": folder,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "localhost",
        "SECURE_HTTPS": "0",
    }
    environment |= {f"HUBBUB_{name}": "1000000" for name in UNLIMITED}
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"]
    subprocess.run(collect, cwd=ROOT, env=environment, check=True)
    process = subprocess.Popen([*SERVERS[name], str(port)], cwd=ROOT, env=environment)
    try:
        while socket.socket().connect_ex(("127.0.0.1", port)):
            if process.poll() is not None:
                sys.exit("The server did not start; what it said stands above.")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


def prepare(folder: str, links: int) -> tuple[str, list[str]]:
    environment = os.environ | {"DATA_DIR": folder, "DEBUG": "1"}
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    code = f"import sys; sys.argv = ['', '{links}']\n{MAKE_PEOPLE}"
    made = subprocess.run(
        [*manage, "shell", "-v0", "-c", code], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    room, *tokens = made.stdout.split()[-links - 1 :]
    return f"room.{room}", tokens


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--links", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--in-flight", type=int, nargs="+", default=[1, 4, 32])
    arguments = parser.parse_args()
    print(f"{'server':8} {'in flight':>9} {'deliveries/s':>13} {'posts/s':>8}")
    for name in SERVERS:
        with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
            room, tokens = prepare(folder, arguments.links)
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
            probe.close()
            with server(name, folder, port):
                for in_flight in arguments.in_flight:
                    run = load(port, room, tokens, in_flight, arguments.seconds)
                    deliveries, posts = uvloop.run(run)
                    print(f"{name:8} {in_flight:9} {deliveries:13,.0f} {posts:8,.0f}", flush=True)


if __name__ == "__main__":
    main()
