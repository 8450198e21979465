"""Measure uploads and downloads: the memory of the server during a large one, and what posts wait beside ten.

.venv/bin/python -m bench.files
.venv/bin/python -m bench.files --megabytes 100 --seconds 3      shorter, to test the benchmark itself
.venv/bin/python -m bench.files --megabytes 256 --s3             with files in a bucket of moto's server
"""

import argparse
import asyncio
import base64
import http.client
import json
import multiprocessing
import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from uuid import uuid4

from bench import hubbub
from bench.clients import Clients
from bench.server import memory
from tests.connections import Connection
from tests.services.s3 import S3

MIB = 1024 * 1024
PIECE = bytes(256 * 1024)
TRANSFERS = 10
POSTS_A_SECOND = 40
PACED_BYTES_A_SECOND = 4_000_000  # of each upload or download: ten of them fill a line of 320 Mbit/s
DOWNLOADED_BYTES = 100 * MIB  # of each of ten files; a download that ends begins again
ROUNDS = 3
MOST_BYTES = 6_000_000_000  # no upload gets so far; the server reserves this space for each


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=1024, help="MiB of the large upload")
    parser.add_argument("--seconds", type=float, default=8.0, help="of each measurement of posts")
    parser.add_argument("--s3", action="store_true", help="store files in a bucket")
    options = parser.parse_args()
    os.environ |= {"FILE_MEGABYTES": "100000", "FILES_USER_MEGABYTES": "0"}
    with bucket() if options.s3 else nullcontext(), hubbub.site(Clients(TRANSFERS + 1, rooms=1, each=1)) as site:
        measure_large_file(site, options.megabytes * MIB)
        if not options.s3:
            measure_posts(site, options.seconds, "uploads", uploading)
            measure_posts(site, options.seconds, "downloads", downloading)


@contextmanager
def bucket() -> Iterator[None]:
    server = S3()
    server.start()
    os.environ |= server.make_bucket()
    try:
        yield
    finally:
        server.close()


def measure_large_file(site: hubbub.Site, length: int) -> None:
    """Upload and download a file, after a small one: what is loaded at the first use is no growth."""
    port, session = site.ports[0], site.dialect.sessions[0]
    for size, name in ((MIB, ""), (length, f"{length // MIB} MiB")):
        measure_growth(site, size, name and f"{name} up", lambda size=size: upload(port, session, size))
        measure_growth(site, size, name and f"{name} processed and stored", lambda: wait_until_ready(port, session))
        measure_growth(site, size, name and f"{name} down", lambda: download(port, session))
        discard(port, session)


def measure_growth(site: hubbub.Site, length: int, name: str, work: Callable[[], None]) -> None:
    before, peak = memory(site.pids, "Pss_Anon"), 0
    begun = time.monotonic()
    thread = threading.Thread(target=work)
    thread.start()
    while thread.is_alive():
        peak = max(peak, memory(site.pids, "Pss_Anon"))
        thread.join(0.05)
    seconds = time.monotonic() - begun
    growth = (peak - before) / MIB
    if name:
        print(f"{name}: {seconds:.1f} s, {length / seconds / MIB:.0f} MiB/s, the server grows by {growth:.1f} MiB")


def measure_posts(
    site: hubbub.Site,
    seconds: float,
    name: str,
    transferring: Callable[[hubbub.Site, int | None], AbstractContextManager[None]],
) -> None:
    """Post alone and beside transfers, in turn, so that a machine that slows down slows both."""
    cases = {"none": None, "ten at 4 MB/s each": PACED_BYTES_A_SECOND, "ten as fast as they can": 0}
    times: dict[str, list[list[float]]] = {case: [] for case in cases}
    for _ in range(ROUNDS):
        for case, rate in cases.items():
            with transferring(site, rate):
                times[case].append(asyncio.run(post(site, seconds)))
    base = statistics.median(map(p99, times["none"]))
    for case, rounds in times.items():
        found = statistics.median(map(p99, rounds))
        middle = statistics.median(statistics.median(each) for each in rounds)
        print(f"posts beside {name}, {case}: median {middle:.1f} ms, p99 {found:.1f} ms ({found / base:.2f} x)")


def p99(times: list[float]) -> float:
    return statistics.quantiles(times, n=100)[-1]


async def post(site: hubbub.Site, seconds: float) -> list[float]:
    """Post at a fixed rate, and return the milliseconds until each reply, counted from when it was due."""
    session, room = site.dialect.sessions[-1], f"room.{site.dialect.rooms[0]}"
    times: list[float] = []
    async with Connection(f"ws://127.0.0.1:{site.ports[0]}/ws/", {"Cookie": f"sessionid={session}"}) as connection:
        await connection.subscribe(room)
        begun = time.perf_counter()
        for number in range(int(seconds * POSTS_A_SECOND)):
            due = begun + number / POSTS_A_SECOND
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            await connection.posts(f"post {number}")
            times.append(1000 * (time.perf_counter() - due))
    return times


@contextmanager
def uploading(site: hubbub.Site, rate: int | None) -> Iterator[None]:
    """Upload ten files by ten people, until the block ends. `rate` 0: full speed; None: nothing."""
    sessions = [] if rate is None else site.dialect.sessions[:TRANSFERS]
    for session in sessions:
        find_key(session)  # here, so that this process knows them, too
    try:
        with working(upload, [(site.ports[0], session, MOST_BYTES, rate) for session in sessions]):
            yield
    finally:
        for session in sessions:
            discard(site.ports[0], session)


@contextmanager
def downloading(site: hubbub.Site, rate: int | None) -> Iterator[None]:
    """Download ten files by ten people, again and again, until the block ends."""
    sessions = [] if rate is None else site.dialect.sessions[:TRANSFERS]
    for session in sessions:
        if session not in KEYS:
            upload(site.ports[0], session, DOWNLOADED_BYTES)
            wait_until_ready(site.ports[0], session)
    with working(download_again, [(site.ports[0], session, rate) for session in sessions]):
        yield


@contextmanager
def working(work: Callable[..., None], arguments: list[tuple]) -> Iterator[None]:
    """Do work in processes of its own until the block ends."""
    processes = [multiprocessing.get_context("fork").Process(target=work, args=each, daemon=True) for each in arguments]
    for process in processes:
        process.start()
    if processes:
        time.sleep(1.0)
    try:
        yield
        if not all(process.is_alive() for process in processes):
            raise RuntimeError("A transfer ended too early: the figures are not valid.")
    finally:
        for process in processes:
            process.kill()
            process.join()


def upload(port: int, session: str, length: int, rate: int = 0) -> None:
    """Upload so many bytes in one request, at a rate in bytes a second."""
    key = find_key(session)
    headers = head(port, session)
    metadata = f"key {base64.b64encode(key.encode()).decode()},filename {base64.b64encode(b'a.bin').decode()}"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    creation = {"Upload-Length": str(length), "Upload-Metadata": metadata}
    connection.request("POST", "/files/uploads/", headers=headers | creation)
    answer = connection.getresponse()
    assert answer.status == 201, (answer.status, answer.read())
    answer.read()
    more = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream", "Content-Length": str(length)}
    begun, sent = time.monotonic(), 0

    def pieces() -> Iterator[bytes]:
        nonlocal sent
        while sent < length:
            if rate:
                time.sleep(max(0.0, begun + sent / rate - time.monotonic()))
            piece = PIECE[: length - sent]
            sent += len(piece)
            yield piece

    connection.request("PATCH", f"/files/uploads/{key}", pieces(), headers | more)
    assert connection.getresponse().status == 204
    connection.close()


def wait_until_ready(port: int, session: str) -> None:
    state = "processing"
    while state == "processing":
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", f"/files/uploads/{find_key(session)}", headers=head(port, session))
        state = json.loads(connection.getresponse().read())["state"]
        connection.close()
    assert state == "ready", state


def download_again(port: int, session: str, rate: int) -> None:
    while True:
        download(port, session, rate)


def download(port: int, session: str, rate: int = 0) -> None:
    """Download this session's file in full, at a rate in bytes a second."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request("GET", f"/files/{find_key(session)}/a.bin", headers=head(port, session))
    answer = connection.getresponse()
    assert answer.status == 200, (answer.status, answer.read())
    begun, received, length = time.monotonic(), 0, int(answer.headers["Content-Length"])
    while piece := answer.read(len(PIECE)):
        received += len(piece)
        if rate:
            time.sleep(max(0.0, begun + received / rate - time.monotonic()))
    assert received == length, (received, length)
    connection.close()


KEYS: dict[str, str] = {}


def find_key(session: str) -> str:
    return KEYS.setdefault(session, str(uuid4()))


def discard(port: int, session: str) -> None:
    """Terminate the upload of this session, so that the disk does not fill."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("DELETE", f"/files/uploads/{KEYS.pop(session)}", headers=head(port, session))
    assert connection.getresponse().status in (204, 404)
    connection.close()


def head(port: int, session: str) -> dict[str, str]:
    return {"Tus-Resumable": "1.0.0", "Origin": f"http://127.0.0.1:{port}", "Cookie": f"sessionid={session}"}


if __name__ == "__main__":
    main()
