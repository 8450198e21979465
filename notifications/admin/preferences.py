from django.contrib import admin

from notifications.admin.people import user_lookups
from notifications.admin.read_only import ReadOnlyAdmin
from notifications.models import Preferences


@admin.register(Preferences)
class PreferencesAdmin(ReadOnlyAdmin):
    """Users' notification settings; only the users themselves can change them."""

    list_display = ("user", "mail", "do_not_disturb_until", "urgent_breaks_quiet", "private_content")
    list_filter = ("mail", "private_content")
    list_select_related = ("user",)
    search_fields = user_lookups("user")
    search_help_text = "Username or email address"
    fields = readonly_fields = (
        "user", "channels", "quiet_hours", "urgent_breaks_quiet", "do_not_disturb_until",
        "mail", "email_after_minutes", "email_daily_at", "private_content",
    )  # fmt: skip
