"""Django's DATABASES, as the chat and its live connections need them."""

from pathlib import Path

from config.environment import Environment
from config.keepalive import libpq_keepalive


def find_databases(env: Environment, default: Path) -> dict[str, dict]:
    """Return the database of DATABASE_URL, or SQLite in the file `default`."""
    database = env.database("DATABASE_URL", default=default)
    is_sqlite = database["ENGINE"] == "django.db.backends.sqlite3"
    # A request's thread ends with it, and would leave its connection open until the garbage is collected.
    return {"default": database | (sqlite(env) if is_sqlite else postgresql(env, database)) | {"CONN_MAX_AGE": 0}}


def sqlite(env: Environment) -> dict:
    """Return what SQLite needs beside its file.

    It takes its write lock when a transaction begins (IMMEDIATE): a transaction that reads first and writes later
    would otherwise fail at once instead of waiting its turn. synchronous=NORMAL in WAL mode: a killed process loses
    nothing; a power cut may lose the last commits but never damages the file. SQLITE_SYNCHRONOUS=FULL pays one fsync a
    commit for those, too.
    """
    synchronous = env.choice("SQLITE_SYNCHRONOUS", ("OFF", "NORMAL", "FULL", "EXTRA"), default="NORMAL")
    options = {
        "timeout": 4,  # a page says then that the database is busy; live links wait for 2 (shared/threads.py)
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL;"
            f"PRAGMA synchronous={synchronous};"
            "PRAGMA cache_size=-32000;"
            "PRAGMA mmap_size=134217728;"
            # 64 MB, where nobody does it beside the posts: realtime/shared/checkpoints.py
            "PRAGMA wal_autocheckpoint=16000;"
        ),
    }
    return {"OPTIONS": options}


def postgresql(env: Environment, database: dict) -> dict:
    """Return what PostgreSQL needs beside its place.

    A lock that is held for longer is trouble elsewhere: the person is told "try again", not left waiting.
    """
    options = {
        "connect_timeout": 2,
        **libpq_keepalive(),
        **database.get("OPTIONS", {}),  # of the URL: ?sslmode=require
        # Together less than the five seconds in which everybody has an answer: a change waits behind one other. Who
        # gave up a statement closes the connection, and the server ends it then. Not by the connection's own `options`:
        # PgBouncer refuses them, and they are the URL's.
        "session_settings": {"lock_timeout": "2s", "client_connection_check_interval": "2s"},
        # The pool is for pages: each request has a thread of its own, so as many at once would be as many connections.
        # reconnect_timeout: psycopg_pool doubles the time between its tries without a bound. After two it gives up,
        # and the next page begins anew.
        "pool": {
            "min_size": 1,
            "max_size": env.number("DATABASE_POOL", default=20, least=1),
            "timeout": 3,
            "reconnect_timeout": 1,
        },
    }
    return {
        "ENGINE": "config.postgresql",
        "CONN_HEALTH_CHECKS": True,
        # With CONN_MAX_AGE 0 and PgBouncer in between a cursor of the server would not outlive its statement.
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": options,
    }
