"""What is for a stream is answered before Django, as Django would; the rest is handed on."""

import json

import pytest
from asgiref.testing import ApplicationCommunicator

from config.asgi import application
from realtime.shared.http import BODY_BYTES
from tests.notifications.newsroom import news, rate, with_token  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def key(db):
    return with_token(rate())[1]


class Program:
    """Something that speaks HTTP to the server, piece by piece."""

    def __init__(self, key: str = "", path: str = "/api/streams/eur-usd/", **scope) -> None:
        headers = [(b"host", b"localhost"), (b"authorization", f"Bearer {key}".encode()), *scope.pop("headers", [])]
        asked = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers, **scope}
        self.line = ApplicationCommunicator(application, asked)

    async def sends(self, *pieces: bytes, ends: bool = True) -> None:
        for number, piece in enumerate(pieces, 1):
            more = not ends or number < len(pieces)
            await self.line.send_input({"type": "http.request", "body": piece, "more_body": more})

    async def hears(self) -> tuple[int, dict[str, str], bytes]:
        start = await self.line.receive_output(timeout=10)
        body = await self.line.receive_output(timeout=10)
        return start["status"], {k.decode(): v.decode() for k, v in start["headers"]}, body["body"]


async def test_a_value_that_comes_in_pieces_is_kept(key):
    program = Program(key)
    await program.sends(b'{"val', b'ue": 1.5', b"}")
    status, headers, body = await program.hears()
    assert (status, json.loads(body)) == (200, {"ok": True})
    assert headers["content-type"] == "application/json"
    assert headers["content-length"] == str(len(body))


async def test_a_refusal_is_the_same_json(key):
    program = Program("wrong")
    await program.sends(b"{}")
    status, headers, body = await program.hears()
    assert (status, headers["www-authenticate"]) == (401, "Bearer")
    assert json.loads(body)["error"]["code"] == "unauthorized"


async def test_a_body_without_end_is_read_no_further(key):
    program = Program(key)
    await program.sends(b"x" * BODY_BYTES, b"x", ends=False)
    status, _, body = await program.hears()
    assert (status, json.loads(body)["error"]["code"]) == (413, "too_large")


async def test_who_goes_away_in_the_middle_is_not_answered(key):
    program = Program(key)
    await program.sends(b'{"value"', ends=False)
    await program.line.send_input({"type": "http.disconnect"})
    assert await program.line.receive_nothing()


async def test_headers_that_pages_refuse_do_not_matter_here(key):
    program = Program(key, headers=[(b"content-type", b"application/json; charset=latin-1")])
    await program.sends(b'{"value": 1}')
    assert (await program.hears())[0] == 200


@pytest.mark.parametrize(
    "scope, proxy, status",
    [
        ({"scheme": "http"}, None, 301),
        ({"scheme": "https"}, None, 200),
        ({"headers": [(b"x-forwarded-proto", b"https")]}, None, 301),
        ({"headers": [(b"x-forwarded-proto", b"https")]}, ("HTTP_X_FORWARDED_PROTO", "https"), 200),
        ({"headers": [(b"x-forwarded-proto", b"http")]}, ("HTTP_X_FORWARDED_PROTO", "https"), 301),
        ({}, ("HTTP_X_FORWARDED_PROTO", "https"), 301),
    ],
)
async def test_what_would_be_redirected_to_https_is_left_to_django(key, settings, scope, proxy, status):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = proxy
    # SecurityMiddleware read its settings when the application was made.
    from django.core.asgi import get_asgi_application

    from notifications.streams.asgi_middleware import StreamMiddleware

    program = Program(key, **scope)
    program.line = ApplicationCommunicator(StreamMiddleware(get_asgi_application()), program.line.scope)
    await program.sends(b'{"value": 1}')
    assert (await program.hears())[0] == status


@pytest.mark.parametrize("path", ["/api/streams/", "/api/streams/a/b/", "/streams/eur-usd/", "/api/nope/"])
async def test_other_addresses_are_handed_on(key, path):
    program = Program(key, path=path)
    await program.sends(b"{}")
    status, headers, _ = await program.hears()
    assert status in (302, 403, 404)
    assert headers.get("content-type") != "application/json"
