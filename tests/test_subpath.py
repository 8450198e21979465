"""Below a path Hubbub answers with a message, instead of pages without styles and without a connection."""

import pytest

from config.subpath import OwnHost


async def answer_to(app, *, kind="http", root_path="", headers=()):
    sent = []

    async def send(message):
        sent.append(message)

    await app({"type": kind, "root_path": root_path, "headers": [*headers], "path": "/"}, None, send)
    return sent


async def site(scope, receive, send):
    await send({"type": "http.response.start", "status": 200})


@pytest.mark.parametrize(
    "below", [{"root_path": "/chat"}, {"root_path": "/chat/"}, {"headers": [(b"x-forwarded-prefix", b"/chat")]}]
)
async def test_a_path_is_refused_in_a_sentence(below, caplog):
    app = OwnHost(site)
    for _ in range(3):
        start, body = await answer_to(app, **below)
    assert start["status"] == 500
    assert body["body"] == (
        b"Hubbub needs a host name of its own, as chat.example.org: it cannot be served below '/chat'."
    )
    assert caplog.messages == [body["body"].decode()], "one line, not one for each request"
    assert await answer_to(app, kind="websocket", **below) == [{"type": "websocket.close"}]


@pytest.mark.parametrize("above", [{}, {"root_path": "/"}, {"headers": [(b"x-forwarded-prefix", b"/")]}])
async def test_a_host_of_its_own_is_served(above):
    assert (await answer_to(OwnHost(site), **above))[0]["status"] == 200
