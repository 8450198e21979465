from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    name = "realtime"

    def ready(self):
        from realtime import checkpoints, checks, clock  # noqa: F401

        clock.every(checkpoints.SECONDS, checkpoints.checkpoint)
