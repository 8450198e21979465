"""Django's DATABASES setting, for SQLite or PostgreSQL."""

from pathlib import Path

from config.environment import Environment
from config.keepalive import libpq_keepalive


def find_databases(env: Environment, default: Path) -> dict[str, dict]:
    """Return the database of DATABASE_URL, or SQLite in the file `default`."""
    database = env.database("DATABASE_URL", default=default)
    is_sqlite = database["ENGINE"] == "django.db.backends.sqlite3"
    # Each request has its own thread, whose connection would otherwise stay open until it is garbage collected.
    return {"default": database | (sqlite(env) if is_sqlite else postgresql(env, database)) | {"CONN_MAX_AGE": 0}}


def sqlite(env: Environment) -> dict:
    """Return the options for SQLite.

    It takes its write lock when a transaction begins (IMMEDIATE): a transaction that reads first and writes later
    would otherwise fail at once, instead of waiting for the lock. synchronous=NORMAL in WAL mode: a killed process
    loses nothing; a power cut may lose the last commits but never damages the file. SQLITE_SYNCHRONOUS=FULL also
    keeps those, for one fsync in each commit.
    """
    synchronous = env.choice("SQLITE_SYNCHRONOUS", ("OFF", "NORMAL", "FULL", "EXTRA"), default="NORMAL")
    options = {
        "timeout": 4,  # then a page answers that the database is busy; commands wait for 2 s (shared/threads.py)
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL;"
            f"PRAGMA synchronous={synchronous};"
            "PRAGMA cache_size=-32000;"
            "PRAGMA mmap_size=134217728;"
            # 64 MB, reached only where no process makes checkpoints in the background: realtime/shared/checkpoints.py
            "PRAGMA wal_autocheckpoint=16000;"
        ),
    }
    return {"OPTIONS": options}


def postgresql(env: Environment, database: dict) -> dict:
    """Return the engine and the options for PostgreSQL.

    A lock held longer than its timeout means trouble elsewhere: the request gets "try again" instead of waiting.
    """
    options = {
        "connect_timeout": 2,
        **libpq_keepalive(),
        **database.get("OPTIONS", {}),  # from the URL: ?sslmode=require
        # Together less than the five seconds in which every request is answered: a change may wait for one before it.
        # When a client closes its connection, the server ends the statement within 2 s. They are not set by the
        # connection's own `options`, because PgBouncer refuses those, and the URL may have some.
        "session_settings": {"lock_timeout": "2s", "client_connection_check_interval": "2s"},
        # The pool is for pages. Each request has its own thread, so without a pool there would be a connection for
        # each. reconnect_timeout: psycopg_pool doubles the time between its tries without a bound. With this it gives
        # up after two, and the next page begins again.
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
        # With CONN_MAX_AGE 0 and PgBouncer, a server-side cursor would be lost after its statement.
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": options,
    }
