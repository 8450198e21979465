"""Files in Django's admin: list, find and delete them, and see who has the most."""

from django.contrib import admin
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import path

from files import services
from files.conf import MEGABYTE, files_setting
from files.limits import KEPT
from files.models import StoredFile
from notifications.admin.read_only import ReadOnlyAdmin

OWNERS_SHOWN = 50


@admin.register(StoredFile)
class StoredFileAdmin(ReadOnlyAdmin):
    """All files with their owners. A file that is part of a message is deleted with it, in the chat."""

    change_list_template = "files/admin/change_list.html"
    list_display = ("name", "owner", "kind", "content_type", "shown_size", "state", "is_attached", "created_at")
    list_filter = ("state", "kind", "is_attached")
    list_select_related = ("owner",)
    search_fields = ("name", "owner__username", "=key")
    fields = (
        "key", "name", "owner", "state", "refusal", "kind", "content_type", "shown_size", "is_attached", "created_at",
        "finished_at", "delete_at",
    )  # fmt: skip
    readonly_fields = ("shown_size",)
    actions = ("delete_files",)

    def get_urls(self) -> list:
        own = path("owners/", self.admin_site.admin_view(self.show_owners), name="files_storedfile_owners")
        return [own, *super().get_urls()]

    @admin.display(description="size", ordering="size")
    def shown_size(self, file: StoredFile) -> str:
        return filesizeformat(file.size)

    @admin.action(description="Delete the files that are in no message", permissions=["remove"])
    def delete_files(self, request: HttpRequest, files: QuerySet[StoredFile]) -> None:
        unused = list(files.filter(is_attached=False))
        services.remove(unused)
        self.message_user(request, f"Deleted {len(unused)} of {files.count()} files. The others are part of messages.")

    def has_remove_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("files.delete_storedfile")

    def show_owners(self, request: HttpRequest) -> HttpResponse:
        """Show the users whose files take the most space, with their quota."""
        kept = StoredFile.objects.filter(state__in=KEPT)
        owners = kept.values("owner_id", "owner__username").annotate(files=Count("pk"), bytes=Sum("size"))
        quota = files_setting("FILES_USER_MEGABYTES") * MEGABYTE
        shown = [
            {**owner, "percent": round(100 * owner["bytes"] / quota) if quota else None}
            for owner in owners.order_by("-bytes")[:OWNERS_SHOWN]
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": "Largest owners of files",
            "opts": self.model._meta,
            "owners": shown,
            "quota": quota,
            "total": kept.aggregate(bytes=Sum("size"))["bytes"] or 0,
        }
        return TemplateResponse(request, "files/admin/owners.html", context)
