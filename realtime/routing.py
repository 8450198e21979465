from django.urls import path

from realtime.consumers import LinkConsumer

websocket_urlpatterns = [path("ws/", LinkConsumer.as_asgi())]
