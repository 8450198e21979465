"""The live half of notifications on a site of its own: docs/embedding.md."""

from collections.abc import Awaitable, Callable

type Application = Callable[[dict, Callable, Callable], Awaitable]


def with_live_bell(http: Application, *, websocket: Application | None = None) -> Application:
    """Return an ASGI application that answers HTTP by `http`, and a WebSocket at LIVE_BELL_PATH (/ws/) for the bell.

    `websocket`: the site's own consumers, with what they need around them. They are asked for every other path, and as
    if there were no bell.

    For the site's `asgi.py`, around `get_asgi_application()`: models can be imported only after that.
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
    """Return an application that is `live` at LIVE_BELL_PATH, and `others` everywhere else."""
    from realtime.shared.socket_path import find_path

    async def choose(scope: dict, receive: Callable, send: Callable) -> object:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        application = live if path == find_path() else others
        return await application(scope, receive, send)

    return choose
