from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import Truncator

from chat import services
from chat.admin.through_services import ServiceAdmin
from chat.models import Message, Reaction, Room
from chat.pages.forms import ids_in
from notifications.admin.read_only import BoundedPaginator

ROOMS_OFFERED = 100
REACTIONS_SHOWN = 100


class ReasonForm(forms.Form):
    """The reason for deleting messages. It is stored with them, and staff see it."""

    reason = forms.CharField(max_length=250, widget=forms.TextInput(attrs={"class": "vTextField"}))


class RoomFilter(admin.SimpleListFilter):
    """Rooms by name. For the messages of a direct conversation, use the link on its own page."""

    title = "room"
    parameter_name = "room__id__exact"

    def lookups(self, request, model_admin):
        rooms = Room.objects.exclude(kind=Room.Kind.DIRECT).order_by("name")
        return list(rooms.values_list("pk", "name")[:ROOMS_OFFERED])

    def has_output(self) -> bool:
        return True

    def queryset(self, request, queryset):
        ids = ids_in([self.value() or ""])
        return queryset.filter(room__in=ids) if ids else queryset


class DeletedFilter(admin.SimpleListFilter):
    title = "deleted"
    parameter_name = "deleted"

    def lookups(self, request, model_admin):
        return [("no", "No"), ("yes", "Yes")]

    def queryset(self, request, queryset):
        return queryset if self.value() is None else queryset.filter(deleted_at__isnull=self.value() == "no")


@admin.register(Message)
class MessageAdmin(ServiceAdmin):
    """Messages: staff find, read, and delete them with a reason, but never change their text."""

    list_display = ("excerpt", "author", "room", "created_at", "edited_at", "deleted_at")
    list_display_links = ("excerpt",)
    list_filter = (DeletedFilter, "kind", "created_at", RoomFilter)
    list_select_related = ("author", "room")
    search_fields = ("text",)
    search_help_text = "Words of the message"
    ordering = ("-pk",)
    list_per_page = 50
    paginator = BoundedPaginator
    show_full_result_count = False
    fields = (
        "room", "author", "kind", "text", "reacted", "posted_seq", "seq", "key",
        "created_at", "edited_at", "deleted_at", "deleted_by", "delete_reason",
    )  # fmt: skip
    readonly_fields = fields
    actions = ("delete_with_reason",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return False

    def has_delete_for_everybody_permission(self, request: HttpRequest) -> bool:
        return super().has_change_permission(request)

    @admin.display(description="text")
    def excerpt(self, message: Message) -> str:
        if message.deleted_at:
            return f"(deleted: {message.delete_reason or 'no reason given'})"
        return Truncator(message.text).chars(90)

    @admin.display(description="reactions")
    def reacted(self, message: Message) -> str:
        """Return who reacted, the latest first."""
        rows = Reaction.objects.filter(message=message, active=True).select_related("user").order_by("-seq")
        return ", ".join(f"{row.emoji} {row.user.name}" for row in rows[:REACTIONS_SHOWN])

    @admin.action(description="Delete with a reason", permissions=["delete_for_everybody"])
    def delete_with_reason(self, request: HttpRequest, chosen: QuerySet[Message]) -> HttpResponse | None:
        """Ask for the reason, then delete the messages for everybody. Their rows stay."""
        form = ReasonForm(request.POST if "reason" in request.POST else None)
        if not form.is_valid():
            return self.ask_for_reason(request, chosen, form)
        reason = form.cleaned_data["reason"]

        def delete(message: Message) -> None:
            services.delete_message(message.room_id, request.user, message.pk, reason, as_staff=True)

        return self.do_to_each(request, chosen, delete, "Deleted")

    def ask_for_reason(self, request: HttpRequest, chosen: QuerySet[Message], form: ReasonForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "Delete with a reason",
            "opts": self.opts,
            "media": self.media,
            "chosen": chosen.select_related("author", "room")[:50],
            "ids": [str(pk) for pk in chosen.values_list("pk", flat=True)],
            "form": form,
        }
        return TemplateResponse(request, "admin/chat/message/delete_with_reason.html", context)
