from collections.abc import Callable

from django.urls import path, re_path

from realtime.consumers import LinkConsumer


async def refuse(scope: dict, receive: Callable, send: Callable) -> None:
    """Refuse a WebSocket on any other path; without a route for it Channels raises ValueError."""
    await send({"type": "websocket.close"})


websocket_urlpatterns = [path("ws/", LinkConsumer.as_asgi()), re_path(r"", refuse)]  # type: ignore[arg-type]
