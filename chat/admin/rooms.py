from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from accounts.names.folded_search import FoldedSearch
from chat import services
from chat.admin.through_services import ServiceAdmin
from chat.models import Membership, Message, Room

MEMBERS_SHOWN = 20


class ArchivedFilter(admin.SimpleListFilter):
    title = "archived"
    parameter_name = "archived"

    def lookups(self, request, model_admin):
        return [("no", "No"), ("yes", "Yes")]

    def queryset(self, request, queryset):
        return queryset if self.value() is None else queryset.filter(archived_at__isnull=self.value() == "no")


class FirstMembers(admin.options.forms.models.BaseInlineFormSet):
    """The first members of a room. The page must not list thousands."""

    def get_queryset(self) -> QuerySet:
        if not hasattr(self, "_first"):
            self._first = super().get_queryset()[:MEMBERS_SHOWN]
        return self._first


class MembersInline(admin.TabularInline):
    template = "notifications/admin/labelled_tabular.html"
    model = Membership
    formset = FirstMembers
    fields = readonly_fields = ("user", "role", "active", "joined_at")
    verbose_name_plural = f"the first {MEMBERS_SHOWN} members"
    show_change_link = True
    can_delete = False
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("user", "room").order_by("pk")

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


@admin.register(Room)
class RoomAdmin(FoldedSearch, ServiceAdmin):
    """Rooms: staff find, rename, archive and restore them, and switch link previews. They are created in the chat."""

    list_display = ("label", "kind", "people", "last_message_at", "archived_at")
    list_filter = ("kind", ArchivedFilter)
    search_fields = ("search_text",)
    ordering = ("-pk",)
    list_per_page = 50
    show_full_result_count = False
    fields = ("name", "topic", "kind", "created_at", "archived_at", "previews", "all_members", "all_messages")
    readonly_fields = ("kind", "created_at", "archived_at", "previews", "all_members", "all_messages")
    inlines = (MembersInline,)
    actions = ("archive", "restore", "turn_previews_on", "turn_previews_off")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Room]:
        members = Membership.objects.filter(room=OuterRef("pk"), active=True).order_by().values("room")
        latest = Message.objects.filter(room=OuterRef("pk")).order_by("-posted_seq").values("created_at")
        return (
            super()
            .get_queryset(request)
            .annotate(
                people=Coalesce(Subquery(members.annotate(number=Count("pk")).values("number")), 0),
                last_message_at=Subquery(latest[:1]),
            )
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Room | None = None):
        """A direct conversation has no name of its own."""
        direct = obj is not None and obj.kind == Room.Kind.DIRECT
        return (*self.readonly_fields, "name", "topic") if direct else self.readonly_fields

    def save_model(self, request: HttpRequest, obj: Room, form, change: bool) -> None:
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        services.update_room(obj, request.user, **changed, as_staff=True)

    @admin.display(description="name", ordering="name")
    def label(self, room: Room) -> str:
        return str(room)

    @admin.display(description="people", ordering="people")
    def people(self, room: Room) -> int:
        return room.people

    @admin.display(description="last message", ordering="last_message_at")
    def last_message_at(self, room: Room):
        return room.last_message_at

    @admin.display(description="link previews", boolean=True)
    def previews(self, room: Room) -> bool:
        return room.has_link_previews

    @admin.display(description="members")
    def all_members(self, room: Room) -> str:
        url = reverse("admin:chat_membership_changelist")
        return format_html('<a href="{}?room__id__exact={}">All {} members</a>', url, room.pk, room.people)

    @admin.display(description="messages")
    def all_messages(self, room: Room) -> str:
        url = reverse("admin:chat_message_changelist")
        return format_html('<a href="{}?room__id__exact={}">All messages</a>', url, room.pk)

    @admin.action(description="Archive", permissions=["change"])
    def archive(self, request: HttpRequest, rooms: QuerySet[Room]) -> None:
        self.do_to_each(request, rooms, lambda room: services.archive(room, request.user, as_staff=True), "Archived")

    @admin.action(description="Restore", permissions=["change"])
    def restore(self, request: HttpRequest, rooms: QuerySet[Room]) -> None:
        self.do_to_each(request, rooms, lambda room: services.restore(room, request.user, as_staff=True), "Restored")

    @admin.action(description="Turn link previews on", permissions=["change"])
    def turn_previews_on(self, request: HttpRequest, rooms: QuerySet[Room]) -> None:
        self._switch_previews(request, rooms, on=True)

    @admin.action(description="Turn link previews off", permissions=["change"])
    def turn_previews_off(self, request: HttpRequest, rooms: QuerySet[Room]) -> None:
        self._switch_previews(request, rooms, on=False)

    def _switch_previews(self, request: HttpRequest, rooms: QuerySet[Room], *, on: bool) -> None:
        def switch(room: Room) -> Room:
            return services.set_link_previews(room, request.user, on=on, as_staff=True)

        self.do_to_each(request, rooms, switch, f"Turned link previews {'on' if on else 'off'} in")
