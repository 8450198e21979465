"""Measure a value stream under load: updates by the API to many readers, on a real server.

    .venv/bin/python -m bench.streams --rate 200 --readers 200 --seconds 10

It starts `manage.py serve` on a fresh SQLite database, signs every reader in by a token, sends values at a fixed
rate, and counts accepted updates, events of each reader, and the server's CPU time. In the end every reader must have
the last value. The load comes from another process on the same machine.
"""

import argparse
import asyncio
import json
import os
import shutil
import time
from pathlib import Path
from statistics import median

import uvloop
from websockets.asyncio.client import connect

from bench import hubbub

NOBODY: dict = {"rooms": [], "sessions": []}  # readers sign in by tokens instead
PREPARE = """
import sys
from accounts.models import User
from accounts.services import make_token
from notifications.streams.definitions import create_stream, rotate_token
User.objects.bulk_create(User(username=f"load{n}") for n in range(int(sys.argv[1])))
stream = create_stream("load", "Load", keeps_value=True, rule="everybody")
people = User.objects.filter(username__startswith="load")
print(stream.pk, rotate_token(stream), *(make_token(person, "load")[1] for person in people))
"""
COUNT = """
from notifications.models import Notification, Point, Stream, Subscription
print(*(model.objects.count() for model in (Stream, Point, Subscription, Notification)))
"""


class Reader:
    """One person who subscribes to the stream; `received`: when each value arrived, and the value."""

    def __init__(self) -> None:
        self.received: list[tuple[float, float]] = []

    async def listen(self, port: int, token: str, topic: str, ready: asyncio.Event) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        async with connect(f"ws://127.0.0.1:{port}/ws/", additional_headers=headers, proxy=None) as line:
            await line.recv()
            await line.send(json.dumps({"ref": 1, "type": "subscribe", "data": {"topics": {topic: None}}}))
            await line.recv()
            ready.set()
            async for frame in line:
                for event in map(json.loads, frame.split("\n")):
                    if event.get("type") == "value":
                        self.received.append((time.perf_counter(), event["data"]["value"]))


class Sender:
    """A program that keeps its connections open, and sends values at a fixed rate."""

    def __init__(self, port: int, key: str) -> None:
        self.port, self.key = port, key
        self.idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self.statuses: list[str] = []
        self.waits: list[float] = []

    async def send(self, value: float) -> None:
        started = time.perf_counter()
        reader, writer = self.idle.pop() if self.idle else await asyncio.open_connection("127.0.0.1", self.port)
        body = json.dumps({"value": value, "label": "load"})
        head = f"POST /api/streams/load/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.key}\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length"))
        await reader.readexactly(int(length.partition(b":")[2]))
        self.statuses.append(answer.split(b" ", 2)[1].decode())
        self.waits.append(time.perf_counter() - started)
        self.idle.append((reader, writer))

    async def send_all(self, rate: int, seconds: float) -> float:
        """Send values at a fixed rate, whether answers come or not; return the last value."""
        started, tasks = time.perf_counter(), []
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, started + number / rate - time.perf_counter()))
            tasks.append(asyncio.create_task(self.send(number)))
        await asyncio.gather(*tasks)
        await self.send(rate * seconds)
        return rate * seconds


async def load(port: int, topic: str, key: str, tokens: list[str], arguments, server: int) -> None:
    readers, ready = [Reader() for _ in tokens], [asyncio.Event() for _ in tokens]
    listening = [
        asyncio.create_task(reader.listen(port, token, topic, event))
        for reader, token, event in zip(readers, tokens, ready, strict=True)
    ]
    await asyncio.gather(*(event.wait() for event in ready))
    sender = Sender(port, key)
    cpu, started = cpu_seconds(server), time.perf_counter()
    last = await sender.send_all(arguments.rate, arguments.seconds)
    elapsed = time.perf_counter() - started
    spent = cpu_seconds(server) - cpu
    async with asyncio.timeout(5):
        while not all(reader.received and reader.received[-1][1] == last for reader in readers):
            await asyncio.sleep(0.01)
    for task in listening:
        task.cancel()
    report(sender, readers, elapsed, spent)


def report(sender: Sender, readers: list[Reader], elapsed: float, spent: float) -> None:
    accepted = sender.statuses.count("200")
    events = [len(reader.received) for reader in readers]
    waits = sorted(sender.waits)
    print(f"accepted         {accepted} of {len(sender.statuses)}, {accepted / elapsed:.0f} a second")
    slow = waits[-len(waits) // 100]
    print(f"answered in      {median(waits) * 1000:.0f} ms, the slowest hundredth {slow * 1000:.0f} ms")
    print(f"events a reader  {min(events)} to {max(events)}, {max(events) / elapsed:.1f} a second; the last with all")
    print(f"events in all    {sum(events)}, {sum(events) / elapsed:.0f} a second")
    print(f"server's CPU     {spent / elapsed * 100:.0f} % of one core")


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def shell(variables: dict[str, str], code: str, *arguments: str) -> list[str]:
    code = f"import sys; sys.argv = ['', *{arguments!r}]\n{code}"
    return hubbub.run([*hubbub.MANAGE, "shell", "-v0", "-c", code], variables).split()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--readers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=10)
    arguments = parser.parse_args()
    with hubbub.site_folder() as folder:
        shutil.copy(hubbub.migrated(hubbub.ROOT), folder)
        variables = hubbub.environment(folder, STREAM_VALUES_PER_SECOND=str(10 * arguments.rate))
        stream, key, *tokens = shell(variables, PREPARE, str(arguments.readers))
        before = shell(variables, COUNT)
        with hubbub.serving(folder, NOBODY, variables) as site:
            run = load(site.ports[0], f"stream.{stream}", key, tokens, arguments, site.servers[0].child.pid)
            uvloop.run(run)
        after = shell(variables, COUNT)
    for name, one, other in zip(("streams", "points", "subscriptions", "notifications"), before, after, strict=True):
        print(f"rows: {name:13} {one} before, {other} after")


if __name__ == "__main__":
    main()
