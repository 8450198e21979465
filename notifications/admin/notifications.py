from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from notifications import reasons
from notifications.admin.people import user_lookups
from notifications.admin.read_only import ReadOnlyAdmin
from notifications.models import Delivery, Notification

MASK = "(private)"


class DeliveryInline(admin.TabularInline):
    template = "notifications/admin/labelled_tabular.html"
    model = Delivery
    fields = readonly_fields = (
        "channel",
        "device",
        "state",
        "sentence",
        "detail",
        "attempts",
        "next_try_at",
        "done_at",
    )
    extra = 0
    can_delete = False

    @admin.display(description="reason")
    def sentence(self, delivery: Delivery) -> str:
        return reasons.sentence(delivery.reason) if delivery.reason else "Waiting."

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """Notifications, with the decision and the deliveries of each. Staff cannot read the text of private rooms here."""

    list_display = ("pk", "user", "kind", "shown_title", "held", "created_at", "read_at", "push_due_at", "email_due_at")
    list_display_links = ("pk",)
    list_filter = ("held", "kind", "created_at")
    list_select_related = ("user",)
    search_fields = (*user_lookups("user"), "=group")
    search_help_text = "Username, email address, or a group such as room.42"
    fields = (
        "user", "kind", "group", "stream", "shown_title", "shown_body", "created_at", "held", "decided",
        "read_at", "archived_at", "snoozed_until", "retracted_at", "push_due_at", "email_due_at",
    )  # fmt: skip
    readonly_fields = fields
    inlines = (DeliveryInline,)

    @admin.display(description="title")
    def shown_title(self, notification: Notification) -> str:
        return MASK if is_private(notification) else notification.title

    @admin.display(description="body")
    def shown_body(self, notification: Notification) -> str:
        return MASK if is_private(notification) else notification.body

    @admin.display(description="decisions")
    def decided(self, notification: Notification) -> SafeString:
        lines = [(channel, reasons.sentence(reason)) for channel, reason in notification.decisions.items()]
        return format_html_join("", "<div>{}: {}</div>", lines)


def is_private(notification: Notification) -> bool:
    return bool(notification.data.get("private"))
