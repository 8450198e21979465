from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    name = "realtime"

    def ready(self):
        from django.core.signals import request_finished, request_started

        from realtime import checks  # noqa: F401 they are registered
        from realtime.shared import checkpoints, scheduler
        from realtime.shared.deadlines import patience

        request_started.connect(patience.begin_page)
        request_finished.connect(patience.end)
        scheduler.every(checkpoints.SECONDS, checkpoints.checkpoint)
