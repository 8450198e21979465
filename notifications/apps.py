from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from notifications import kinds
        from notifications.services.publishing import KIND

        kinds.register(kinds.Kind(KIND, "Streams", "radio"))
