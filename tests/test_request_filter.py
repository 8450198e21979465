"""Requests that no page of ours sends are refused before Django reads them."""

from collections.abc import Sequence

import pytest
from asgiref.testing import ApplicationCommunicator

from accounts.pages.avatars import MAX_MEGABYTES
from config.asgi import application
from config.request_filter import BODY_BYTES

MEGABYTE = b"x" * 1_000_000
FORM = b"application/x-www-form-urlencoded"
pytestmark = pytest.mark.django_db(transaction=True)


async def status_of(
    *headers: tuple[bytes, bytes], body: Sequence[bytes] = (), path: str = "/accounts/login/", query: bytes = b""
) -> int:
    """Send a request to the sign-in page in pieces, and return the status of the response."""
    scope = {"type": "http", "method": "POST" if body else "GET", "path": path, "query_string": query}
    server = ApplicationCommunicator(application, scope | {"headers": [(b"host", b"localhost"), *headers]})
    for piece in body:
        await server.send_input({"type": "http.request", "body": piece, "more_body": True})
    await server.send_input({"type": "http.request"})
    return (await server.receive_output(timeout=10))["status"]


async def test_a_browsers_request_is_accepted():
    assert await status_of((b"cookie", b"csrftoken=a"), (b"content-type", FORM + b"; charset=UTF-8")) == 200


@pytest.mark.parametrize(
    "headers",
    [
        [(b"cookie", rb'sessionid="\000aaaaaaaa"')],
        [(b"cookie", rb'sessionid="\000aaaaaaaa"'), (b"cookie", b"theme=dark")],
        [(b"content-type", b"a" * 20_000)],
        [(b"content-type", b"a" * 6_000), (b"content-type", b"a" * 6_000)],
        [(b"content-type", b"text/plain; a*=klingon'en'x")],
        [(b"content-type", FORM + b"; charset=utf-16")],
        [(b"content-type", b"multipart/form-data; boundary=x; charset=zlib")],
        [(b"content-type", b"multipart/form-data")],
        [(b"content-type", b"multipart/form-data; boundary=")],
        [(b"content-type", b"multipart/form-data; boundary=" + b"x" * 202)],
        [(b"content-type", b"multipart/form-data; boundary=\xff")],
        [(b"content-type", b"Multipart/Form-Data; boundary=\xff")],
    ],
)
async def test_headers_that_cannot_be_read_are_refused(headers):
    assert await status_of(*headers, body=[b"a=1"]) == 400


@pytest.mark.parametrize("path", ["/\udcff", "/rooms/\x00/", "/accounts/login/\x00"])
async def test_a_path_that_is_no_text_is_refused(path):
    assert await status_of(path=path) == 400


@pytest.mark.parametrize("query", [b"\xff", b"next=\xff\xfe", b"q=%00", b"q=a\x00b", b"%00"])
async def test_a_query_that_is_no_text_is_refused(query):
    assert await status_of(query=query) == 400


async def test_other_queries_are_accepted():
    for query in (b"", b"next=%2Frooms%2F&q=%ff%ed%a0%80", "q=ü👩".encode()):
        assert await status_of(query=query) == 200


async def test_a_body_ends_somewhere():
    too_much = [MEGABYTE] * (BODY_BYTES // len(MEGABYTE) + 1)
    assert await status_of(body=too_much) == 413
    assert await status_of((b"content-length", b"%d" % (BODY_BYTES + 1)), body=[b"x"]) == 413


async def test_a_picture_fits():
    picture = [MEGABYTE] * (MAX_MEGABYTES + 1)
    assert await status_of((b"content-length", b"%d" % (len(picture) * len(MEGABYTE))), body=picture) == 403  # no token
