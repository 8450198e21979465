"""A refused client gets the reason, and one line is logged; many refusals leave few lines."""

import json

import pytest

from realtime.engine.admission import describe_origins
from realtime.engine.refusals import RefusalLog, foreign_origin, refuse, signed_out, too_many, unavailable, wrong_path
from realtime.shared.errors import Unavailable


async def answer_to(refusal, **scope):
    sent = []

    async def send(message):
        sent.append(message)

    await refuse(scope, send, refusal, "192.0.2.7")
    return sent


@pytest.mark.parametrize(
    "refusal, status, code, retry_after",
    [
        (signed_out("no session"), 403, "signed_out", None),
        (signed_out("another token", by_token=True), 401, "signed_out", None),
        (foreign_origin("another page"), 403, "forbidden", None),
        (wrong_path("/ws"), 404, "not_found", None),
        (too_many("too often", 0.2), 429, "rate_limited", b"1"),
        (unavailable(Unavailable()), 503, "unavailable", b"5"),
    ],
)
async def test_a_refusal_says_whether_to_come_back(refusal, status, code, retry_after):
    start, body = await answer_to(refusal, extensions={"websocket.http.response": {}})
    headers = dict(start["headers"])
    assert (start["status"], headers.get(b"retry-after")) == (status, retry_after)
    assert (b"www-authenticate" in headers) is (status == 401)
    error = json.loads(body["body"])["error"]
    assert (error["code"], error["retry"]) == (code, retry_after is not None)
    assert refusal.reason not in error["message"], "that is for the operator"


async def test_a_server_without_the_extension_closes():
    assert await answer_to(signed_out("no session")) == [{"type": "websocket.close"}]


def test_a_flood_leaves_a_few_lines_and_hides_no_other(caplog):
    now = 0.0
    log = RefusalLog(lambda: now)
    for _ in range(1000):
        log.write(signed_out("its token is not known."), "192.0.2.7")
    log.write(foreign_origin("another page."), "192.0.2.8")
    assert len(caplog.records) == 11
    assert caplog.messages[-1] == "Connection from 192.0.2.8 refused (403): another page."
    now = 10.0
    log.write(signed_out("its token is not known."), "192.0.2.7")
    assert caplog.messages[-1] == (
        "Connection from 192.0.2.7 refused (403): its token is not known. "
        "990 more refusals with the same code were not logged."
    )


@pytest.mark.parametrize(
    "headers, says",
    [
        ({b"host": b"evil.example"}, ["'evil.example' is not in ALLOWED_HOSTS"]),
        ({b"host": b"chat.example.org"}, ["no Origin", "'http://chat.example.org'"]),
        (
            {b"host": b"chat.example.org", b"origin": b"https://chat.example.org"},
            ["origin 'https://chat.example.org'", "is 'http://chat.example.org'", "X-Forwarded-Proto"],
        ),
        ({b"host": b"chat.example.org", b"origin": b"\x1b[2J\xff" + b"x" * 9000}, [r"'\x1b[2j\xff", r"x\u2026'"]),
    ],
)
def test_the_line_names_both_origins(settings, headers, says):
    settings.ALLOWED_HOSTS = ["chat.example.org"]
    text = describe_origins(headers, "ws")
    assert all(each in text for each in says), text
    assert len(text) < 400
