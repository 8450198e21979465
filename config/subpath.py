"""The refusal to be served below a path: cookies, WebSocket and service worker need a host of their own."""

import logging
from collections.abc import Awaitable, Callable

from config.request_filter import send_refusal

logger = logging.getLogger(__name__)

SENTENCE = "Hubbub needs a host name of its own, as chat.example.org: it cannot be served below {}."
MOST_CHARACTERS = 100


class OwnHost:
    """ASGI middleware that answers 500, and logs once, where the server or our proxy serves the site below a path."""

    def __init__(self, app: Callable[..., Awaitable]) -> None:
        self.app = app
        self.has_logged = False

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        path = find_subpath(scope) if "headers" in scope else ""
        if not path:
            await self.app(scope, receive, send)
            return
        sentence = SENTENCE.format(ascii(path[:MOST_CHARACTERS]))
        if not self.has_logged:
            self.has_logged = True
            logger.error(sentence)
        if scope["type"] == "http":
            await send_refusal(send, 500, sentence)
        else:
            await send({"type": "websocket.close"})


def find_subpath(scope: dict) -> str:
    """Return the path below which the site is, from the server (--root-path) or from our proxy's header."""
    prefix = next((value for name, value in scope["headers"] if name == b"x-forwarded-prefix"), b"")
    return scope.get("root_path", "").rstrip("/") or prefix.decode("latin-1").rstrip("/")
