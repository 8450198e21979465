from django.apps import AppConfig

from realtime.shared.texts import lazy_text as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Users and tokens")

    def ready(self) -> None:
        """Connect the signals, and register the scheduled job that continues erasures."""
        from accounts import signals  # noqa: F401
        from accounts.erasure import continue_erasures
        from realtime.shared import scheduler

        scheduler.every(1, continue_erasures)
