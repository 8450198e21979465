"""Users and tokens in Django's admin, which changes them through the services, so that connections end, too."""

from accounts.admin.users import TokenAdmin, UserAdmin

__all__ = ["TokenAdmin", "UserAdmin"]
