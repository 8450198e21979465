"""Answers to probes before everything else: `/healthz` (the process lives) and `/readyz` (it can serve people).

A probe comes by the bare address, without https, and must not wait behind pages.
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

FRESH_SECONDS = 2.0  # for which one look serves every probe
LOOK_SECONDS = 2.0  # a probe has its answer by then

type Faults = dict[str, str]

logger = logging.getLogger(__name__)


class Health:
    """Answer probes; hand everything else on."""

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
    """What keeps this process from serving people: one look at a time, and one in two seconds, for all probes."""

    def __init__(self) -> None:
        self._faults: Faults = {}
        self._looked_at = float("-inf")
        self._look: asyncio.Task[Faults] | None = None

    async def find_faults(self) -> Faults:
        """Return each part that does not work, with the reason."""
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
    """Ask the database which migrations it has, and the hub whether the bus works. The hub starts for it."""
    hub = Hub.of_this_process()
    if hub is not None and hub.is_stopping:
        return {"server": "It is stopping."}
    try:
        if not await threads.read(is_migrated):
            return {"migrations": "The database is not up to date: run manage.py migrate."}
        hub = await get_hub()
    except CommandError:
        return {"database": "It does not answer."}
    except Exception:
        logger.exception("It cannot be found out whether this process can serve")
        return {"server": "It has failed; its log says how."}
    return {} if hub.bus.is_up else {"bus": "Redis does not answer: messages of other processes come later."}


def is_migrated() -> bool:
    """Say whether the database has the last migration of each app. One query."""
    try:
        return find_last_migrations() <= set(MigrationRecorder(connection).migration_qs.values_list("app", "name"))
    except ProgrammingError:  # there is no table of migrations yet
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
