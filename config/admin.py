from django.contrib.admin.apps import AdminConfig


class HubbubAdminConfig(AdminConfig):
    """Django's admin behind our own sign-in, for its rate limits, and with our error page for an outage."""

    default_site = "config.admin_site.HubbubAdminSite"

    def ready(self) -> None:
        from config import checks, error_pages  # noqa: F401 checks are registered

        super().ready()
        error_pages.install()
