"""Users and tokens in Django's admin: it changes them through the services, so live connections end, too."""

from accounts.admin.users import TokenAdmin, UserAdmin

__all__ = ["TokenAdmin", "UserAdmin"]
