"""A WebSocket on a path of a page is refused in the same way as one on an unknown path."""

import pytest
from asgiref.testing import ApplicationCommunicator

from config.asgi import application

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("path", ["/", "/ws", "/ws/x", "/nope/", "/admin/", "/static/x", "//", "/\x00", "/\udcff"])
async def test_a_websocket_elsewhere_is_refused(path):
    scope = {"type": "websocket", "path": path, "query_string": b"", "headers": [(b"host", b"localhost")]}
    server = ApplicationCommunicator(application, scope)
    await server.send_input({"type": "websocket.connect"})
    assert (await server.receive_output(timeout=10))["type"] == "websocket.close"
    await server.wait()
