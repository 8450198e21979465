from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from notifications import reasons
from notifications.admin.people import user_lookups
from notifications.admin.read_only import ReadOnlyAdmin
from notifications.models import Delivery


class ReasonFilter(admin.SimpleListFilter):
    """A filter by reason that lists the reasons as sentences."""

    title = "reason"
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        return list(reasons.SENTENCES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(reason=self.value()) if self.value() else queryset


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """The result of each push and each email."""

    list_display = (
        "pk",
        "person",
        "kind",
        "channel",
        "device",
        "state",
        "sentence",
        "attempts",
        "created_at",
        "done_at",
    )
    list_filter = ("state", "channel", "created_at", ReasonFilter)
    list_select_related = ("notification__user", "device")
    search_fields = user_lookups("notification__user")
    search_help_text = "Username or email address"
    fields = (
        "about", "channel", "device", "state", "sentence", "detail", "attempts",
        "created_at", "next_try_at", "done_at",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(ordering=f"notification__user__{get_user_model().USERNAME_FIELD}")
    def person(self, delivery: Delivery) -> str:
        return delivery.notification.user.get_username()

    @admin.display
    def kind(self, delivery: Delivery) -> str:
        return delivery.notification.kind

    @admin.display(description="reason")
    def sentence(self, delivery: Delivery) -> str:
        return reasons.sentence(delivery.reason) if delivery.reason else "Waiting."

    @admin.display(description="notification")
    def about(self, delivery: Delivery) -> SafeString:
        url = reverse("admin:notifications_notification_change", args=[delivery.notification_id])
        return format_html('<a href="{}">{}</a>', url, delivery.notification)
