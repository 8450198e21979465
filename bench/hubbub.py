"""Hubbub under load: a site with people in its database, under any server."""

import contextlib
import functools
import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.clients import Clients
from bench.dialects import Hubbub as Dialect
from bench.server import ROOT, Server, running
from tests.services.folders import make_folder, remove_folder
from tests.services.ports import free_port
from tests.services.postgres import Postgres
from tests.services.redis import start_redis

MANAGE = [sys.executable, "manage.py"]
# One client sends a person's whole day in a second, and all from one address.
UNLIMITED = (
    "POSTS_PER_10_SECONDS POSTS_BURST COMMANDS_PER_10_SECONDS COMMANDS_BURST"
    " CONNECTS_PER_10_SECONDS CONNECTS_BURST CONNECTIONS_PER_ADDRESS CATCH_UP_BYTES_PER_SECOND CATCH_UP_BYTES_BURST"
).split()
# Variables that configure a server: they are set here, and not inherited from the shell that runs the benchmark.
OURS = (
    "DATABASE_URL",
    "REDIS_URL",
    "DEBUG",
    "EMAIL_URL",
    "HOST",
    "PORT",
    "DELIVERIES_BY_WORKER",
    "DJANGO_SETTINGS_MODULE",
)


@dataclass
class Site:
    """Running servers of Hubbub, and their protocol."""

    folder: Path
    dialect: Dialect
    servers: list[Server]

    @property
    def ports(self) -> list[int]:
        return [server.port for server in self.servers]

    @property
    def pids(self) -> list[int]:
        return [pid for server in self.servers for pid in server.pids]


@functools.cache
def secret_key() -> str:
    return secrets.token_urlsafe(50)


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Return the environment of a site as an operator sets it, but without rate limits."""
    inherited = {
        name: value for name, value in os.environ.items() if name not in OURS and not name.startswith("HUBBUB_")
    }
    return {
        **inherited,
        "DATA_DIR": str(folder),
        "SECRET_KEY": secret_key(),
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "SECURE_HTTPS": "0",
        "LOG_LEVEL": "WARNING",
        **{f"HUBBUB_{name}": "1000000000" for name in UNLIMITED},
        **more,
    }


def command(server: str, port: int, workers: int = 1) -> list[str]:
    if server == "daphne":
        return daphne("config.asgi:application", port)
    several = ["--workers", str(workers)] if workers > 1 else []
    return [*MANAGE, "serve", "--host", "127.0.0.1", "--port", str(port), *several]


def daphne(application: str, port: int) -> list[str]:
    # Clients that connect at once exceed Twisted's backlog of 50, and the 5 seconds that Daphne allows a handshake.
    endpoint = f"tcp:{port}:interface=127.0.0.1:backlog=4096"
    patience = ["--websocket_connect_timeout", "60"]
    return [sys.executable, "-m", "daphne", "-v", "0", *patience, "-e", endpoint, application]


@functools.cache
def has_workers() -> bool:
    """Return whether `manage.py serve` of this tree can start several processes."""
    done = subprocess.run([*MANAGE, "serve", "--help"], cwd=ROOT, env=environment(ROOT), capture_output=True, text=True)
    return "--workers" in done.stdout


def run(command: list[str], variables: dict[str, str], tree: Path = ROOT) -> str:
    done = subprocess.run(command, cwd=tree, env=variables, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr[-4000:]}")
    return done.stdout


@functools.cache
def static_files(tree: Path) -> Path:
    """Collect the static files of a working tree, once for every site of this run."""
    folder = make_folder("bench-static")
    run([*MANAGE, "collectstatic", "--no-input", "-v0"], environment(folder), tree)
    return folder / "static"


@functools.cache
def migrated(tree: Path) -> Path:
    folder = make_folder("bench-migrated")
    run([*MANAGE, "migrate", "-v0"], environment(folder), tree)
    return folder / "hubbub.sqlite3"


@functools.cache
def filled(clients: Clients, tree: Path) -> tuple[Path, dict]:
    """Make a database for clients, once; return it and the people in it. Every site for them starts from a copy."""
    folder = make_folder("bench-clients")
    database = shutil.copy(migrated(tree), folder / "hubbub.sqlite3")
    return database, fill(clients, environment(folder), tree)


def fill(clients: Clients, variables: dict[str, str], tree: Path = ROOT) -> dict:
    numbers = [str(number) for number in (clients.connections, clients.rooms, clients.each)]
    return json.loads(run([sys.executable, "-m", "bench.people", *numbers], variables, tree))


@functools.cache
def postgres() -> Postgres:
    """Start the PostgreSQL of this run, with its default settings, which flush to disk at each commit."""
    server = Postgres({"max_connections": "200"})
    server.start()
    run([*MANAGE, "migrate", "-v0"], environment(make_folder("bench-migrated"), DATABASE_URL=server.create("migrated")))
    return server


@functools.cache
def filled_postgres(clients: Clients) -> tuple[str, dict]:
    """Make a database for clients in PostgreSQL, once, and return its name and the people in it."""
    name = f"clients_{clients.connections}_{clients.rooms}_{clients.each}"
    url = postgres().create(name, template="migrated")
    return name, fill(clients, environment(make_folder("bench-clients"), DATABASE_URL=url))


@contextlib.contextmanager
def site(clients: Clients, *, server: str = "serve", is_limited: bool = False, tree: Path = ROOT) -> Iterator[Site]:
    """Serve clients from one process and its own SQLite; `is_limited`: with the default limits."""
    template, people = filled(clients, tree)
    limits = {f"HUBBUB_{name}": "" for name in UNLIMITED} if is_limited else {}
    with site_folder(tree) as folder:
        shutil.copy(template, folder)
        with serving(folder, people, environment(folder, **limits), server=server, tree=tree) as started:
            yield started


@contextlib.contextmanager
def large_site(clients: Clients, *, processes: int) -> Iterator[Site]:
    """Serve clients from several processes with PostgreSQL and Redis."""
    template, people = filled_postgres(clients)
    name = f"site_{secrets.token_hex(6)}"
    url, redis = postgres().create(name, template=template), start_redis()
    try:
        with site_folder() as folder:
            variables = environment(folder, DATABASE_URL=url, REDIS_URL=redis.url)
            with serving(folder, people, variables, processes=processes) as started:
                yield started
    finally:
        redis.close()
        postgres().drop(name)


@contextlib.contextmanager
def site_folder(tree: Path = ROOT) -> Iterator[Path]:
    folder = make_folder("bench-site")
    (folder / "static").symlink_to(static_files(tree))
    try:
        yield folder
    finally:
        remove_folder(folder)


@contextlib.contextmanager
def serving(
    folder: Path,
    people: dict,
    variables: dict[str, str],
    *,
    server: str = "serve",
    processes: int = 1,
    tree: Path = ROOT,
) -> Iterator[Site]:
    servers = list(make_servers(server, processes, folder, variables, tree))
    with running(*servers):
        yield Site(folder, Dialect(**people), servers)


def make_servers(server: str, processes: int, folder: Path, variables: dict[str, str], tree: Path) -> Iterator[Server]:
    """Make one server with several workers where this tree supports that, or else several servers."""
    alone = processes == 1 or (server == "serve" and has_workers())
    for number in range(1 if alone else processes):
        port = free_port()
        start = command(server, port, processes if alone else 1)
        yield Server(start, port, log=folder / f"server-{number}.log", environment=variables, tree=tree)
