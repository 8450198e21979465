from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.names.folded_search import FoldedSearch
from chat import services
from chat.admin.through_services import ServiceAdmin
from chat.models import Membership
from notifications.admin.read_only import BoundedPaginator


class NewMemberForm(forms.ModelForm):
    def validate_constraints(self) -> None:
        """Skip the check that user and room are unique: a former member has a row, and may be added again."""


@admin.register(Membership)
class MembershipAdmin(FoldedSearch, ServiceAdmin):
    """Memberships: staff add members, change roles, and remove members."""

    list_display = ("user", "room", "role", "active", "joined_at")
    list_filter = ("role", "active", "room__kind")
    list_select_related = ("user", "room")
    search_fields = ("user__search_text", "room__search_text")
    ordering = ("-pk",)
    list_per_page = 50
    paginator = BoundedPaginator
    show_full_result_count = False
    autocomplete_fields = ("room", "user")
    fields = ("room", "user", "role", "active", "joined_at", "last_read_seq")
    actions = ("remove",)

    def get_fields(self, request: HttpRequest, obj: Membership | None = None):
        return self.fields if obj else ("room", "user")

    def get_readonly_fields(self, request: HttpRequest, obj: Membership | None = None):
        """Allow only the role of an active membership to be changed. To bring a user back, add them again."""
        if obj is None:
            return ()
        return [name for name in self.fields if name != "role" or not obj.active]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup == "room__id__exact" or super().lookup_allowed(lookup, value, request)

    def save_model(self, request: HttpRequest, obj: Membership, form, change: bool) -> None:
        if change:
            services.set_role(obj.room, request.user, obj.user, obj.role, as_staff=True)
        else:
            services.invite(obj.room, request.user, [obj.user], as_staff=True)
            obj.pk = Membership.objects.only("pk").get(room=obj.room, user=obj.user).pk

    def get_form(self, request: HttpRequest, obj: Membership | None = None, change: bool = False, **kwargs):
        return super().get_form(request, obj, change, **kwargs if change else kwargs | {"form": NewMemberForm})

    @admin.action(description="Remove from the room", permissions=["change"])
    def remove(self, request: HttpRequest, members: QuerySet[Membership]) -> None:
        def remove(member: Membership) -> None:
            services.remove_member(member.room, request.user, member.user, as_staff=True)

        self.do_to_each(request, members, remove, "Removed")
