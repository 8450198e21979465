"""The ASGI wrapper that adds the live bell to another site (docs/embedding.md)."""

from collections.abc import Awaitable, Callable

type Application = Callable[[dict, Callable, Callable], Awaitable]


def with_live_bell(http: Application, *, websocket: Application | None = None) -> Application:
    """Return an ASGI application that passes HTTP to `http` and serves the bell's WebSocket at LIVE_BELL_PATH (/ws/).

    `websocket`: the site's own WebSocket application with its middleware. It gets every other path unchanged.

    Wrap `get_asgi_application()` with it in the site's `asgi.py`: models can only be imported after that call.
    """
    from channels.routing import ProtocolTypeRouter

    from accounts.identity.authentication import AuthenticationMiddleware
    from accounts.topics import PersonTopic
    from notifications.inbox.missed import notifications_missed
    from realtime.engine import topics
    from realtime.engine.consumers import ConnectionConsumer
    from realtime.routing import refuse_path
    from realtime.serving.lifespan import lifespan

    PersonTopic.parts = [notifications_missed]
    topics.register(PersonTopic)
    live = AuthenticationMiddleware(ConnectionConsumer.as_asgi())
    beside = by_path(live, websocket or refuse_path)
    return ProtocolTypeRouter({"http": http, "websocket": beside, "lifespan": lifespan})


def by_path(live: Application, others: Application) -> Application:
    """Return an application that calls `live` at LIVE_BELL_PATH and `others` for every other path."""
    from realtime.shared.socket_path import find_socket_path

    async def choose(scope: dict, receive: Callable, send: Callable) -> object:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        application = live if path == find_socket_path() else others
        return await application(scope, receive, send)

    return choose
