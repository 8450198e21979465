from channels.routing import URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

from notifications.embedding import with_live_bell

pages = get_asgi_application()

from guild.consumers import EchoConsumer  # noqa: E402

application = with_live_bell(pages, websocket=URLRouter([path("ws/", EchoConsumer.as_asgi())]))
