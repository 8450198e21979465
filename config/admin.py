from django.contrib.admin.apps import AdminConfig


class HubbubAdminConfig(AdminConfig):
    """Django's own admin behind our sign-in, so that its rate limits hold there, too."""

    default_site = "config.admin_site.HubbubAdminSite"
