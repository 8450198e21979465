from django.apps import AppConfig

from realtime.shared.texts import lazy_text as _


class FilesConfig(AppConfig):
    name = "files"
    verbose_name = _("Files")

    def ready(self) -> None:
        """Import the checks, and register the scheduled jobs."""
        from files import checks  # noqa: F401 imported to be registered
        from files.jobs import delete_strays, delete_unused, take_up_processings
        from realtime.shared import scheduler

        scheduler.every(5, take_up_processings)
        scheduler.every(20, delete_unused)
        scheduler.every(3600, delete_strays)
