"""A fresh database for a benchmark that calls the code in its own process."""

import os
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from bench.hubbub import environment


def run(measure: Callable[[Namespace], None], parser: ArgumentParser) -> None:
    """Set Django up with a migrated database, on PostgreSQL with --postgres, and call `measure` with the options."""
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--database", default="", metavar="URL", help="use this PostgreSQL database, and keep it")
    parser.add_argument("--folder", type=Path, help="keep the SQLite database there, and use the one that is there")
    options = parser.parse_args()
    with nullcontext(options.folder) if options.folder else tempfile.TemporaryDirectory() as folder:
        os.environ |= environment(
            Path(folder), DATABASE_URL=options.database, DEBUG="0", DJANGO_SETTINGS_MODULE="config.settings"
        )
        server = start_server() if options.postgres else None
        try:
            prepare()
            measure(options)
        finally:
            from django.db import connections

            connections.close_all()
            if server:
                server.close()


def start_server():
    from tests.services.postgres import start_postgres

    server = start_postgres()
    os.environ["DATABASE_URL"] = server.create("bench")
    return server


def prepare() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    import config.asgi  # noqa: F401 it registers the topics

    call_command("migrate", verbosity=0)


def count_queries(work: Callable[[], object]) -> int:
    """Return how many queries the work takes, without those that begin and end transactions."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        work()
    return len(
        [query for query in captured if not query["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
    )
