"""The driver of the load generator (bench/generator, in C), a process that opens all connections and counts posts."""

import itertools
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from bench import toolchain

RUN_POSTS = 1 << 18  # as MOST_POSTS in load.h
# Each load has its own numbers, larger than those before it: posts that an overloaded server had not stored when the
# last load ended are delivered to the next one.
first_numbers = itertools.cycle(range(10_000_000, 100_000_000 - RUN_POSTS, RUN_POSTS))
REFUSED = 2  # the generator's exit code, in load.h


class LoadFailed(Exception):
    """A post was lost, came twice, came in another order, or was refused."""


class LoadRefused(LoadFailed):
    """The server answered a post with an error, or closed a connection: it is overloaded."""


@dataclass(frozen=True)
class Opened:
    """The cost of opening all connections and joining their rooms."""

    seconds: float
    server_cpu: float
    generator_cpu: float


@dataclass(frozen=True)
class Counted:
    """The generator's counts during its measured seconds; `posts`: those that were done in them."""

    seconds: float
    posts: int
    deliveries: int
    bytes: int
    reads: int
    generator_cpu: float
    server_cpu: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    posted: int
    stalled_end: int  # the close code of a connection that did not read
    one_order: bool

    def measures(self) -> dict[str, float]:
        return {
            "deliveries": self.deliveries / self.seconds,
            "posts": self.posts / self.seconds,
            "server_us": self.server_cpu / max(1, self.deliveries) * 1e6,
            "server_busy": self.server_cpu / self.seconds,
            "generator_busy": self.generator_cpu / self.seconds,
            "bytes": self.bytes / max(1, self.deliveries),
            "p50_ms": self.p50_ms,
            "p99_ms": self.p99_ms,
        }


class Load:
    """The open connections of clients: `with Load(lines, in_flight=4, seconds=3) as load: load.run()`."""

    def __init__(self, lines: Iterable[tuple[str, ...]], *, servers: Iterable[int] = (), **options: object) -> None:
        self.lines = [("first", str(next(first_numbers)))]
        self.lines += [*((name, str(value)) for name, value in options.items()), *lines]
        self.lines += [("server", str(pid)) for pid in servers]

    def __enter__(self) -> Self:
        self.file = tempfile.NamedTemporaryFile("w", prefix="hubbub-load-", suffix=".job")
        self.file.writelines("\t".join(map(escape, line)) + "\n" for line in self.lines)
        self.file.flush()
        command = [toolchain.generator(), self.file.name]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            self.opened = Opened(**self._read())
        except BaseException:
            self.__exit__()
            raise
        return self

    def run(self) -> Counted:
        """Let the connections post, and return the counts. Raises LoadFailed."""
        self.begin()
        return self.end()

    def begin(self) -> None:
        print("go", file=self.process.stdin, flush=True)

    def end(self) -> Counted:
        return Counted(**self._read())

    def _read(self) -> dict:
        line = self.process.stdout.readline()
        if not line:
            message = self.process.stderr.read().strip() or "The load generator ended without a message."
            raise LoadRefused(message) if self.process.wait() == REFUSED else LoadFailed(message)
        return json.loads(line)

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
        self.file.close()


def escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t")


def require_files(connections: int) -> None:
    """Exit with advice where so many connections cannot be open, because both ends are on this machine.

    Hubbub gives one address three eighths of its file descriptors (realtime/serving/open_connections.py).
    """
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 3 * connections + 200
    if hard != resource.RLIM_INFINITY and hard < wanted:
        sys.exit(
            f"{connections} connections need {wanted} open files in one process, and this shell allows {hard}."
            f" Raise the limit (as root: ulimit -Hn {wanted}), or measure less: make bench QUICK=1."
        )
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))  # the servers inherit it
