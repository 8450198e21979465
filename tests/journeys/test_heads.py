"""A request whose head does not end is refused before it costs memory; the others notice nothing."""

import asyncio

import pytest

pytestmark = pytest.mark.shares_site
uvicorn = pytest.mark.parametrize("site", [{"kind": "uvicorn"}], ids=["uvicorn"], indirect=True)


async def answer_to(site, *pieces: bytes) -> bytes:
    """Return the status line that a server answers to these bytes, or nothing where it only closes."""
    host, _, port = site.servers[0].url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        for piece in (b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\n", *pieces):
            writer.write(piece)
            await writer.drain()
        return await asyncio.wait_for(reader.readline(), 10)
    except ConnectionError:
        return b""
    finally:
        writer.close()


@uvicorn
@pytest.mark.parametrize(
    "pieces",
    [
        [b"x-word: ", *[b"a" * 10_000] * 100],
        [b"x-word: a\r\n" * 1_000] * 100,
        [b"Transfer-Encoding: chunked\r\n\r\n0\r\n", *[b"x-word: a\r\n" * 1_000] * 100],
    ],
    ids=["a header", "headers", "headers after the body"],
)
async def test_a_head_ends_somewhere(site, pieces):
    assert await answer_to(site, *pieces) in (b"HTTP/1.1 400 Bad Request\r\n", b"")


@uvicorn
async def test_a_long_body_is_no_head(site):
    body = [b"Content-Length: 1000000\r\n\r\n", *[b"a" * 10_000] * 100]
    assert await answer_to(site, *body) == b"HTTP/1.1 403 Forbidden\r\n"  # no token
