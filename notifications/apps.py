from django.apps import AppConfig

from notifications import package_names
from realtime.shared.texts import lazy_text


class NotificationsConfig(AppConfig):
    name = "notifications"

    def import_models(self) -> None:
        package_names.check_package_names()
        super().import_models()

    def ready(self) -> None:
        """Register the kind, the group labels and the scheduled jobs of the app; import its checks and receivers."""
        from notifications import checks, groups, kinds, signals  # noqa: F401 imported to be registered
        from notifications.cleanup import sweep
        from notifications.conf import setting
        from notifications.jobs import send_due_emails, send_due_pushes
        from notifications.services import wake
        from notifications.streams.labels import label_streams
        from notifications.streams.news import KIND
        from notifications.streams.values import PUBLISH_PENDING_SECONDS, publish_pending
        from realtime.shared import scheduler

        kinds.register(kinds.Kind(KIND, lazy_text("Streams"), "radio"))
        groups.register("stream", label_streams)
        scheduler.every(PUBLISH_PENDING_SECONDS, publish_pending)
        scheduler.every(1, wake)
        in_servers = not setting("DELIVERIES_BY_WORKER")
        scheduler.every(1, send_due_emails, in_servers=in_servers)
        scheduler.every(1, send_due_pushes, in_servers=in_servers)
        scheduler.every(3600, sweep)
