"""The tutorial's asgi.py without its AuthMiddlewareStack: it looks up no users, and so does less than Hubbub."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.peers.tutorial.settings")
django_asgi_app = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402 the tutorial's order: the apps first
from django.db import connection  # noqa: E402
from django.urls import re_path  # noqa: E402

from bench.peers.tutorial.consumers import ChatConsumer, StoringChatConsumer  # noqa: E402
from bench.peers.tutorial.models import Message  # noqa: E402

consumer = ChatConsumer
if "DATABASE" in os.environ:
    consumer = StoringChatConsumer
    with connection.schema_editor() as editor:
        editor.create_model(Message)
    connection.close()

application = ProtocolTypeRouter(
    {
        "http": django_asgi_app,
        "websocket": URLRouter([re_path(r"ws/chat/(?P<room_name>\w+)/$", consumer.as_asgi())]),
    }
)
