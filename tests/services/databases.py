"""Databases of servers under test: copies of one that is migrated once, with access for the test itself."""

import asyncio
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

import environ
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from tests.services.postgres import ForeignPostgres, start_postgres
from tests.services.shared_folder import SharedFolder

ROOT = Path(__file__).resolve().parents[2]
# Production settings: static files are collected once and not looked up for each request.
AS_OPERATED = {"DEBUG": "0", "ALLOWED_HOSTS": "localhost,127.0.0.1", "SECURE_HTTPS": "0"}
TEMPLATE = f"hubbub_template_{secrets.token_hex(4)}"


class Database:
    """One database. Call it with a function: `rooms = await site.database(Room.objects.count)`.

    The function runs in a thread in which `default` is this database, so that it can use the app's services and
    models.
    This process has no hub of the site, so events that a service publishes there are not delivered.
    """

    def __init__(self, url: str, blocker: DjangoDbBlocker) -> None:
        self.url = url
        self._blocker = blocker
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="site-database", initializer=self._connect)

    async def __call__[Result](self, function: Callable[..., Result], *arguments, **named) -> Result:
        return await asyncio.to_thread(self.run, function, *arguments, **named)

    def run[Result](self, function: Callable[..., Result], *arguments, **named) -> Result:
        """Call the function, and return its result."""
        with self._blocker.unblock():
            return self._thread.submit(function, *arguments, **named).result()

    def _connect(self) -> None:
        chosen = environ.Env.db_url_config(self.url)
        connection = connections.create_connection("default")
        same_kind = chosen["ENGINE"] == connection.settings_dict["ENGINE"]
        options = connection.settings_dict["OPTIONS"] if same_kind else {}
        settings = connection.settings_dict | chosen | {"OPTIONS": options, "CONN_MAX_AGE": None}
        module = __import__(f"{chosen['ENGINE']}.base", fromlist=["DatabaseWrapper"])
        connections["default"] = module.DatabaseWrapper(settings, "default")

    def close(self) -> None:
        self._thread.submit(connections.close_all).result()
        self._thread.shutdown()


class Templates:
    """Migrates an empty database of each kind once; copies of it take milliseconds.

    `shared`: the folder for files that all workers of this run use.
    """

    def __init__(self, blocker: DjangoDbBlocker, shared: SharedFolder) -> None:
        self.blocker = blocker
        self._shared = shared
        self._postgres: ForeignPostgres | None = None

    @property
    def postgres(self) -> ForeignPostgres:
        """The server, started at first use."""
        if self._postgres is None:
            self._postgres = start_postgres()
            migrate(self._postgres.create(TEMPLATE))
        return self._postgres

    @cached_property
    def static(self) -> Path:
        """The static files as in production: collected, under hashed names."""
        return self._shared.get("collected", collect_static) / "static"

    @property
    def sqlite(self) -> Path:
        """The migrated database to copy. Nobody may open it."""
        return self._shared.get("template.sqlite3", lambda path: migrate(f"sqlite:///{path}"))

    def copy_sqlite(self, folder: Path) -> Database:
        path = folder / "hubbub.sqlite3"
        shutil.copy(self.sqlite, path)
        return Database(f"sqlite:///{path}", self.blocker)

    def copy_postgres(self) -> Database:
        return Database(self.postgres.create(f"site_{secrets.token_hex(6)}", template=TEMPLATE), self.blocker)

    def drop(self, database: Database) -> None:
        database.close()
        if self._postgres is not None and database.url.startswith("postgres"):
            self._postgres.drop(database.url.rpartition("/")[2])

    def close(self) -> None:
        if self._postgres is not None:
            self._postgres.drop(TEMPLATE)
            self._postgres.close()


def collect_static(folder: Path) -> None:
    manage(["collectstatic", "--no-input"], {"DATA_DIR": str(folder), **AS_OPERATED})


def migrate(url: str) -> None:
    # journal_mode=WAL adds two files beside the database until its last connection closes; here it has been closed.
    manage(["migrate"], {"DATABASE_URL": url})


def manage(arguments: list[str], environment: dict[str, str]) -> None:
    """Run manage.py in a process of its own. Raises RuntimeError when it fails."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"} | environment
    command = [sys.executable, "manage.py", *arguments, "--verbosity", "0"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"manage.py {arguments[0]} failed:\n{done.stderr[-4000:]}")
