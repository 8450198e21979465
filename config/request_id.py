"""The id of the current request: in its log lines, and in its response (`X-Request-ID`)."""

import re
import secrets
from collections.abc import Awaitable, Callable
from contextvars import ContextVar

NAME = b"x-request-id"
READABLE = re.compile(rb"[A-Za-z0-9._-]{8,64}")

current_request_id: ContextVar[str] = ContextVar("request_id", default="")


class RequestId:
    """Gives each request an id, or keeps the one from a trusted proxy (config/proxies.py removes all others)."""

    def __init__(self, app: Callable[..., Awaitable]) -> None:
        self.app = app

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == NAME), b"")
        request_id = given if READABLE.fullmatch(given) else secrets.token_hex(8).encode()
        current_request_id.set(request_id.decode())  # the server runs each request in its own context

        async def send_with_id(message: dict) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                message = message | {"headers": [*message.get("headers", ()), (NAME, request_id)]}
            await send(message)

        await self.app(scope, receive, send_with_id)
