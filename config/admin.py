from django.contrib.admin.apps import AdminConfig


class HubbubAdminConfig(AdminConfig):
    """Django's own admin behind our sign-in, so that its rate limits hold there, too; and our page for an outage."""

    default_site = "config.admin_site.HubbubAdminSite"

    def ready(self) -> None:
        from config import checks, error_pages  # noqa: F401 checks are registered

        super().ready()
        error_pages.install()
