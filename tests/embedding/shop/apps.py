from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self) -> None:
        from shop.topics import OrderTopic

        from notifications.kinds import Kind, register
        from realtime.engine import topics

        register(Kind("shipped", "Shipped orders", "send"))
        topics.register(OrderTopic)
