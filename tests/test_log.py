"""The log: one line for each record, as text or as JSON with the request's id."""

import json
import logging

import pytest
from django.db import OperationalError

from config.error_pages import WithoutOutages
from config.log_format import JsonFormatter
from config.refusals_log import RefusalFilter
from config.request_id import RequestId, current_request_id
from realtime.shared.outage import Outage, outage


def record_of(message="hello", *, name="django.request", level=logging.WARNING, exc_info=None, **more):
    record = logging.LogRecord(name, level, "file.py", 1, message, (), exc_info)
    vars(record).update(more)
    return record


async def ids_of(*headers, kind="http"):
    """Return the id that the application gets, and the one in the response."""
    sent, seen = [], []

    async def app(scope, receive, send):
        seen.append(current_request_id.get())
        await send({"type": f"{kind}.response.start", "status": 200, "headers": []})

    async def send(message):
        sent.append(message)

    await RequestId(app)({"type": "http", "headers": [*headers]}, None, send)
    return seen[0], dict(sent[0]["headers"])[b"x-request-id"].decode()


@pytest.mark.parametrize("kind", ["http", "websocket.http"])
async def test_each_request_has_an_id(kind):
    seen, sent_id = await ids_of(kind=kind)
    assert seen == sent_id
    assert len(sent_id) == 16
    assert (await ids_of(kind=kind))[0] != sent_id


async def test_a_proxys_id_is_kept_where_it_can_be_read():
    assert (await ids_of((b"x-request-id", b"5f0c7e0a-9f2b-4e0e")))[0] == "5f0c7e0a-9f2b-4e0e"
    for unreadable in (b"", b"short", b'x" onclick', b"a\r\nb" * 4, b"x" * 65):
        seen, _ = await ids_of((b"x-request-id", unreadable))
        assert len(seen) == 16


def test_a_json_record_is_always_one_line():
    current_request_id.set("5f0c7e0a")
    error = ValueError("two\nlines")
    record = record_of('a "word"\nand more', exc_info=(ValueError, error, None), status_code=500)
    text = JsonFormatter().format(record)
    assert "\n" not in text
    line = json.loads(text)
    assert (line["level"], line["logger"], line["status"]) == ("WARNING", "django.request", 500)
    assert (line["message"], line["request_id"]) == ('a "word"\nand more', "5f0c7e0a")
    assert line["pid"] == record.process
    assert "ValueError: two\nlines" in line["exception"]


def test_a_page_that_checks_its_sign_in_leaves_no_line():
    assert not RefusalFilter().filter(record_of("Unauthorized: /accounts/me.json", status_code=401))
    assert RefusalFilter().filter(record_of("Not Found: /nope/", status_code=404))


def test_in_an_outage_each_request_leaves_no_line(monkeypatch):
    refused = record_of("Service Unavailable: /rooms/1/state.json", status_code=503)
    monkeypatch.setattr(outage, "_failed_at", None)
    assert WithoutOutages().filter(refused)
    monkeypatch.setattr(outage, "_failed_at", 1.0)
    assert not WithoutOutages().filter(refused)
    assert WithoutOutages().filter(record_of("Not Found: /nope/", status_code=404))


def test_an_outage_is_one_line_and_only_one(caplog):
    own = Outage()
    assert own.level == logging.WARNING
    for _ in range(3):
        own.report_down(OperationalError('connection to server at "db" failed\n\tbefore or while processing\n'))
    assert own.level == logging.DEBUG
    assert caplog.messages == [
        (
            "The database cannot be used, so requests and scheduled jobs fail until it works again: "
            'connection to server at "db" failed before or while processing'
        )
    ]
