from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        """Say what streams tell, and what their groups ("stream.3") are called."""
        from notifications import groups, kinds
        from notifications.services.publishing import KIND
        from notifications.services.values import TELL_SECONDS, tell_untold
        from notifications.stream_labels import label_streams
        from realtime import clock

        kinds.register(kinds.Kind(KIND, "Streams", "radio"))
        groups.register("stream", label_streams)
        clock.every(TELL_SECONDS, tell_untold)
