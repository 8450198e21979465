from django.contrib import admin
from django.http import HttpRequest

from accounts.names.folded_search import FoldedSearch
from chat.models import InvitationLink
from notifications.admin.read_only import ReadOnlyAdmin


@admin.register(InvitationLink)
class InvitationLinkAdmin(FoldedSearch, ReadOnlyAdmin):
    """Invitation links: staff see who invites to what, and revoke links by deleting them. They do not see the keys."""

    list_display = ("id", "by", "role", "uses", "most_uses", "expires_at", "created_at")
    list_select_related = ("by",)
    search_fields = ("by__search_text", "rooms__search_text")
    fields = ("by", "rooms", "role", "uses", "most_uses", "expires_at", "created_at")

    def has_delete_permission(self, request: HttpRequest, obj: InvitationLink | None = None) -> bool:
        return super(ReadOnlyAdmin, self).has_delete_permission(request, obj)
