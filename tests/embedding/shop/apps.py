from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self) -> None:
        from notifications.kinds import Kind, register

        register(Kind("shipped", "Shipped orders", "send"))
