"""Health probes: `/healthz` (the process is alive) and `/readyz` (it can serve requests).

They are answered before any other middleware, because a probe uses the server's address without https, and must not
wait behind pages.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import cache
from time import monotonic
from urllib.parse import parse_qs

import msgspec
from django.db import ProgrammingError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from realtime.engine.hub import Hub
from realtime.engine.lifecycle import get_hub
from realtime.shared import threads
from realtime.shared.each_loop import EachLoop
from realtime.shared.errors import CommandError

FRESH_SECONDS = 2.0  # for so long a result is used for further probes
LOOK_SECONDS = 2.0  # the most that a probe waits for an answer

type Faults = dict[str, str]

logger = logging.getLogger(__name__)


class Health:
    """ASGI middleware that answers probes, and passes all other requests on."""

    def __init__(self, app: Callable[..., Awaitable]) -> None:
        self.app = app
        self.readiness = EachLoop[Readiness](Readiness)

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        if scope["path"] not in ("/healthz", "/readyz"):
            await self.app(scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD"):
            await send_json(send, 405, {"status": "method_not_allowed"}, (b"allow", b"GET, HEAD"))
        elif scope["path"] == "/healthz":
            await send_json(send, 200, {"status": "alive"})
        else:
            excluded = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("exclude", [])
            found = await self.readiness.get().find_faults()
            faults = {name: reason for name, reason in found.items() if name not in excluded}
            await send_json(send, *((503, {"status": "not_ready", "faults": faults}) if faults else READY))


READY = (200, {"status": "ready"})


class Readiness:
    """Whether this process can serve requests.

    Checked once at a time, and at most once in two seconds, for all probes.
    """

    def __init__(self) -> None:
        self._faults: Faults = {}
        self._looked_at = float("-inf")
        self._look: asyncio.Task[Faults] | None = None

    async def find_faults(self) -> Faults:
        """Return the parts that do not work, each with the reason."""
        if self._look is None and monotonic() - self._looked_at <= FRESH_SECONDS:
            return self._faults
        if self._look is None:
            self._look = asyncio.create_task(look())
        task = self._look
        await asyncio.wait({task}, timeout=LOOK_SECONDS)
        if not task.done():
            return {"database": f"It did not answer within {LOOK_SECONDS:.0f} s."}
        if self._look is task:
            self._look, self._looked_at, self._faults = None, monotonic(), task.result()
        return task.result()


async def look() -> Faults:
    """Check the database and its migrations, and the bus. Starts the hub if it has not been."""
    hub = Hub.of_this_process()
    if hub is not None and hub.is_stopping:
        return {"server": "It is shutting down."}
    try:
        if not await threads.read(is_migrated):
            return {"migrations": "The database lacks migrations: run manage.py migrate."}
        hub = await get_hub()
    except CommandError:
        return {"database": "It does not answer."}
    except Exception:
        logger.exception("The readiness check failed, so /readyz answers 503")
        return {"server": "The check failed; the reason is in the server's log."}
    return {} if hub.bus.is_up else {"bus": "Redis does not answer: messages from other processes arrive late."}


def is_migrated() -> bool:
    """Return whether the database has the last migration of each app. One query."""
    try:
        return find_last_migrations() <= set(MigrationRecorder(connection).migration_qs.values_list("app", "name"))
    except ProgrammingError:  # the table of migrations does not exist yet
        return False


@cache
def find_last_migrations() -> set[tuple[str, str]]:
    return set(MigrationLoader(None).graph.leaf_nodes())


async def send_json(send: Callable, status: int, data: dict, *more: tuple[bytes, bytes]) -> None:
    body = msgspec.json.encode(data)
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    headers += [(b"content-length", b"%d" % len(body)), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
