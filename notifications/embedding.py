"""The live half of notifications on a site of its own: docs/embedding.md."""

from collections.abc import Callable


def with_live_bell(http: Callable) -> Callable:
    """Return an ASGI application that answers HTTP by `http`, and /ws/ for the bell.

    For the site's `asgi.py`, around `get_asgi_application()`: models can be imported only after that.
    """
    from channels.routing import ProtocolTypeRouter, URLRouter

    from accounts.authentication import AuthenticationMiddleware
    from accounts.topics import PersonTopic
    from notifications.missed import notifications_missed
    from realtime import topics
    from realtime.lifespan import lifespan
    from realtime.routing import websocket_urlpatterns

    PersonTopic.parts = [notifications_missed]
    topics.register(PersonTopic)
    live = AuthenticationMiddleware(URLRouter(websocket_urlpatterns))
    return ProtocolTypeRouter({"http": http, "websocket": live, "lifespan": lifespan})
