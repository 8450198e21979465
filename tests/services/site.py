"""Hubbub as in production: one or more server processes with their own database."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests.people import Person, find_person
from tests.services.databases import AS_OPERATED, ROOT, Database, Templates
from tests.services.fault_proxy import FaultProxy
from tests.services.folders import make_folder, remove_folder
from tests.services.pgbouncer import start_pgbouncer
from tests.services.ports import answers, free_port
from tests.services.process import Process, children, command_of
from tests.services.redis import start_redis

SERVE = ["manage.py", "serve", "--host", "127.0.0.1", "--port", "{port}"]
# The commands of each kind of server. `uvicorn` is manage.py serve, as in production.
COMMANDS = {
    "daphne": ["-m", "daphne", "-b", "127.0.0.1", "-p", "{port}", "config.asgi:application"],
    "uvicorn": SERVE,
    "workers": [*SERVE, "--workers", "2"],
}
# Variables that configure a server: they are set by the test, and not inherited from the shell. Without the last one
# servers would compile every module at each start, where the shell disables bytecode.
OURS = ("DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "EMAIL_URL", "HOST", "PORT", "PYTHONDONTWRITEBYTECODE")


class Server(Process):
    """One server process; `url` and `ws_url` stay the same over restarts."""

    def __init__(self, kind: str, environment: Mapping[str, str], folder: Path, number: int) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.ws_url = f"ws://127.0.0.1:{port}/ws/"
        super().__init__(
            [sys.executable, *(word.format(port=port) for word in COMMANDS[kind])],
            log=folder / f"server-{number}.log",
            is_ready=lambda: answers(port),
            environment=environment,
            folder=ROOT,
        )

    @property
    def workers(self) -> set[int]:
        """The ids of its worker processes, where it has several."""
        assert self.child is not None
        return {id for id in children(self.child.pid) if "multiprocessing.spawn" in command_of(id)}


class Site:
    """Servers that share one database (and Redis, where there is one).

    `pooled`: with PgBouncer in front of PostgreSQL. `proxied`: with proxies that can fail in front of PostgreSQL and
    Redis, `database_proxy` and `redis_proxy`.
    """

    def __init__(
        self,
        templates: Templates,
        *,
        kind: str = "daphne",
        postgres: bool = False,
        redis: bool = False,
        processes: int = 1,
        proxied: bool = False,
        pooled: bool = False,
        environment: Mapping[str, object] | None = None,
    ) -> None:
        self.kind = kind
        self.folder = make_folder("site", in_memory=True)
        self._templates = templates
        (self.folder / "static").symlink_to(templates.static)
        self.database: Database = templates.copy_postgres() if postgres else templates.copy_sqlite(self.folder)
        self.redis = start_redis() if redis else None
        self.database_proxy = FaultProxy(port_of(self.database.url)) if proxied and postgres else None
        self.redis_proxy = FaultProxy(port_of(self.redis.url)) if proxied and self.redis else None
        self.pgbouncer = start_pgbouncer(self.database.url) if pooled else None
        self.variables = self._environment() | {name: str(value) for name, value in (environment or {}).items()}
        self.servers = [Server(kind, self.variables, self.folder, number) for number in range(processes)]

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name not in OURS}
        ours = {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONUNBUFFERED": "1",
            "LINK_PREVIEWS": "0",  # tests have no Internet
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.pgbouncer.url if self.pgbouncer else through(self.database_proxy, self.database.url),
            "REDIS_URL": through(self.redis_proxy, self.redis.url) if self.redis else "",
        }
        return inherited | AS_OPERATED | ours

    @property
    def url(self) -> str:
        return self.servers[0].url

    @property
    def ws_url(self) -> str:
        return self.servers[0].ws_url

    @property
    def log(self) -> str:
        return "\n".join(server.log for server in self.servers)

    def clear_logs(self) -> None:
        for server in self.servers:
            os.truncate(server.log_path, 0)  # servers append to it, so their next line is the first

    async def person(self, username: str, **fields) -> Person:
        """Return the person of that name, created if needed, signed in with a new session each time."""
        return await self.database(find_person, self, username, **fields)

    async def manages(self, *arguments: str) -> str:
        """Run manage.py in a process of its own, as an operator does, and return its output."""
        command = [sys.executable, "manage.py", *arguments]

        def run() -> subprocess.CompletedProcess[str]:
            return subprocess.run(command, cwd=ROOT, env=self.variables, capture_output=True, text=True)

        done = await asyncio.to_thread(run)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        for server in self.servers:
            server.launch()
        for server in self.servers:
            server.wait_until_ready()

    def close(self) -> None:
        for server in self.servers:
            server.kill()
        for between in (self.database_proxy, self.redis_proxy, self.pgbouncer):
            if between:
                between.close()
        self._templates.drop(self.database)
        if self.redis:
            self.redis.close()
        remove_folder(self.folder)


def port_of(url: str) -> int:
    return urlsplit(url).port or 5432


def through(proxy: FaultProxy | None, url: str) -> str:
    """Return the URL of the same service by way of the proxy."""
    if proxy is None:
        return url
    parts = urlsplit(url)
    user, at, _ = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user}{at}127.0.0.1:{proxy.port}"))
