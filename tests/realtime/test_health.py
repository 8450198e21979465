"""Probes are answered before other requests, in time, and cannot overload the database."""

import asyncio
import json

import pytest
from django.db.migrations.recorder import MigrationRecorder

from config.asgi import application
from realtime.engine.lifecycle import get_hub, stop
from realtime.serving import health
from realtime.serving.health import Health, Readiness, is_migrated
from realtime.shared import threads
from realtime.shared.errors import Unavailable


async def visit(app, path, *, method="GET", query=b"", headers=()):
    """Return the status and the data of a response."""
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b""}

    scope = {"type": "http", "path": path, "method": method, "query_string": query, "headers": [*headers]}
    await app(scope | {"client": ("192.0.2.7", 5), "scheme": "http"}, receive, send)
    return sent[0]["status"], json.loads(sent[1]["body"])


async def not_to_be_asked(scope, receive, send):
    raise AssertionError("this is a probe")


@pytest.fixture
def finds(monkeypatch):
    """The faults that a check finds, and the number of checks."""
    found = {"faults": {}, "looks": 0}

    async def look():
        found["looks"] += 1
        return found["faults"]

    monkeypatch.setattr(health, "look", look)
    return found


async def test_a_probe_comes_by_any_host_and_without_https(settings, caplog):
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = True, ["chat.example.org"]
    status, data = await visit(application, "/healthz", headers=[(b"host", b"10.0.0.7:8000")])
    assert (status, data) == (200, {"status": "alive"})
    assert not caplog.records


async def test_other_methods_are_refused(finds):
    assert (await visit(Health(not_to_be_asked), "/readyz", method="HEAD"))[0] == 200
    assert (await visit(Health(not_to_be_asked), "/readyz", method="POST"))[0] == 405


async def test_a_part_may_be_left_out(finds):
    finds["faults"] = {"bus": "It is away."}
    app = Health(not_to_be_asked)
    assert await visit(app, "/readyz") == (503, {"status": "not_ready", "faults": {"bus": "It is away."}})
    assert await visit(app, "/readyz", query=b"exclude=bus") == (200, {"status": "ready"})
    assert (await visit(app, "/readyz", query=b"exclude=database"))[0] == 503


async def test_a_flood_of_probes_is_one_look(finds, monkeypatch):
    now = 0.0
    monkeypatch.setattr(health, "monotonic", lambda: now)
    readiness = Readiness()
    await asyncio.gather(*[readiness.find_faults() for _ in range(100)])
    now = health.FRESH_SECONDS
    await readiness.find_faults()
    assert finds["looks"] == 1
    now += 0.1
    finds["faults"] = {"database": "It does not answer."}
    assert await readiness.find_faults() == finds["faults"]
    assert finds["looks"] == 2


async def test_a_hanging_database_keeps_no_probe_waiting(monkeypatch):
    may_answer = asyncio.Event()

    async def look():
        await may_answer.wait()
        return {}

    monkeypatch.setattr(health, "look", look)
    monkeypatch.setattr(health, "LOOK_SECONDS", 0.01)
    readiness = Readiness()
    assert list(await readiness.find_faults()) == ["database"]
    assert list(await readiness.find_faults()) == ["database"], "and the next one joins the same look"
    may_answer.set()
    monkeypatch.setattr(health, "LOOK_SECONDS", 5)
    assert await readiness.find_faults() == {}


@pytest.mark.django_db
def test_a_migration_that_lacks_is_seen():
    assert is_migrated()
    MigrationRecorder.Migration.objects.filter(app="realtime").order_by("-id")[0].delete()
    assert not is_migrated()


@pytest.mark.django_db(transaction=True)
async def test_each_fault_is_named(monkeypatch):
    hub = await get_hub()
    assert await health.look() == {}
    monkeypatch.setattr(type(hub.bus), "is_up", False)
    assert list(await health.look()) == ["bus"]
    monkeypatch.setattr(health, "is_migrated", lambda: False)
    assert list(await health.look()) == ["migrations"]

    def fail(*_, **__):
        raise Unavailable

    monkeypatch.setattr(threads, "run", fail)
    assert list(await health.look()) == ["database"]
    monkeypatch.setattr(hub, "is_stopping", True)
    assert list(await health.look()) == ["server"]
    monkeypatch.undo()
    await stop(hub)
