from collections.abc import Callable

from django.urls import path, re_path

from realtime.engine.consumers import ConnectionConsumer
from realtime.engine.refusals import quote_header, refuse, wrong_path
from realtime.shared.address import client_address
from realtime.shared.socket_path import find_socket_path


async def refuse_path(scope: dict, receive: Callable, send: Callable) -> None:
    """Refuse a WebSocket on any other path; without this route Channels raises ValueError."""
    reason = f"its path is {quote_header(scope['path'])}, and the WebSocket is at {find_socket_path()}."
    await refuse(scope, send, wrong_path(reason), client_address(scope))


websocket_urlpatterns = [path("ws/", ConnectionConsumer.as_asgi()), re_path(r"", refuse_path)]  # type: ignore[arg-type]
