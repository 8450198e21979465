from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from notifications.destinations import is_destination
from notifications.models import Announcement
from notifications.streams import announcements


class AnnouncementForm(forms.ModelForm):
    """The checks of the announcement services, with each error beside its field."""

    def clean_expires_at(self):
        if self.cleaned_data["expires_at"] <= timezone.now():
            raise forms.ValidationError("Choose a time in the future.")
        return self.cleaned_data["expires_at"]

    def clean_url(self) -> str:
        url = self.cleaned_data["url"]
        if url and not is_destination(url):
            raise forms.ValidationError("Enter a path of this site or an http(s) address.")
        return url


@admin.register(Announcement)
class AnnouncementAdmin(admin.ModelAdmin):
    """Announcements: published when saved, ended by their expiry or by the action.

    They cannot be deleted: a browser that missed the end reads it from the row.
    """

    form = AnnouncementForm
    fields = ("text", "url", "expires_at")
    list_display = ("text", "is_shown", "created_at", "expires_at", "created_by")
    list_select_related = ("created_by",)
    ordering = ("-pk",)
    search_fields = ("text",)
    actions = ("end",)

    def has_delete_permission(self, request: HttpRequest, obj: Announcement | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Announcement, form: forms.ModelForm, change: bool) -> None:
        if not change:
            obj.created_by_id = request.user.pk
        announcements.save_announcement(obj)

    @admin.display(description="shown now", boolean=True)
    def is_shown(self, announcement: Announcement) -> bool:
        return announcement.expires_at > timezone.now()

    @admin.action(description="End now", permissions=["change"])
    def end(self, request: HttpRequest, queryset: QuerySet[Announcement]) -> None:
        current = list(queryset.filter(expires_at__gt=timezone.now()))
        for announcement in current:
            announcements.end_announcement(announcement)
        self.message_user(request, f"Announcements ended: {len(current)}.", messages.SUCCESS)
