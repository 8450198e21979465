"""Users and tokens in the admin. Deactivations and sign-outs go through services, so that connections end, too."""

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db import IntegrityError
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts import services
from accounts.admin.erasure import ErasingAdmin
from accounts.models import USERNAME_TAKEN, Token, User
from accounts.names.folded_search import FoldedSearch
from realtime.shared.database_errors import is_unique_violation

RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


def is_within_reach(request: HttpRequest, user: User | None) -> bool:
    """Say whether the request's user may change this one: only superusers may change a superuser."""
    return user is None or request.user.is_superuser or not user.is_superuser


class TokenInline(admin.TabularInline):
    template = "admin/labelled_tabular.html"
    model = Token
    fields = readonly_fields = ("name", "created_at", "last_used_at")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(ErasingAdmin, FoldedSearch, DjangoUserAdmin):
    list_display = ["username", "display_name", "email", "is_active", "is_staff", "token_count", "last_login"]
    list_filter = ["is_active", "is_staff", "is_superuser"]
    search_fields = ["search_text", "email"]
    ordering = ["username"]
    date_hierarchy = "date_joined"
    list_per_page = 50
    readonly_fields = ["avatar", "session_epoch", "last_login", "date_joined", "erased_at"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Profile", {"fields": ["display_name", "email", "avatar", "time_zone", "language"]}),
        ("Permissions", {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        ("History", {"fields": ["last_login", "date_joined", "session_epoch", "erased_at"]}),
    ]
    inlines = [TokenInline]
    actions = ["end_sessions", "deactivate", "remove_avatar", "delete_selected"]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let only superusers change superusers: a new password for one would give all of their permissions.

        Nobody can change an erased account.
        """
        is_erased = obj is not None and obj.erased_at is not None
        return super().has_change_permission(request, obj) and is_within_reach(request, obj) and not is_erased

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let staff erase the users that they may change, except themselves."""
        is_other = obj is None or obj.pk != request.user.pk
        return super().has_delete_permission(request, obj) and is_within_reach(request, obj) and is_other

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Let only superusers give permissions: others could give themselves more than they have."""
        return [*self.readonly_fields, *(() if request.user.is_superuser else RIGHTS)]

    def get_inlines(self, request: HttpRequest, obj: User | None) -> list:
        return self.inlines if obj else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).annotate(tokens_made=Count("tokens"))

    @admin.display(description="tokens", ordering="tokens_made")
    def token_count(self, user: User) -> int:
        return user.tokens_made  # type: ignore[attr-defined]

    def changeform_view(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Show an error above the form if the username was taken after it was validated."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError as error:
            if not is_unique_violation(error):
                raise
            self.message_user(request, USERNAME_TAKEN, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        is_seen = change and not {"username", "display_name", "is_active"}.isdisjoint(form.changed_data)
        if is_seen:
            # Before the save: it locks the rooms, and a new username the user's row. A post locks in this order, too.
            services.call_profile_followers(obj)
        super().save_model(request, obj, form, change)
        gone = {name for name in ("is_active", "is_staff") if name in form.changed_data and not getattr(obj, name)}
        if change and gone:
            services.end_sessions(obj, keep_tokens=obj.is_active)

    @admin.action(description="Sign out everywhere", permissions=["change"])
    def end_sessions(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        theirs = [user for user in queryset if is_within_reach(request, user)]
        for user in theirs:
            services.end_sessions(user)
        messages.success(request, f"Users signed out everywhere: {len(theirs)}.")

    @admin.action(description="Deactivate and sign out everywhere", permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        others = [user for user in queryset if user.pk != request.user.pk and is_within_reach(request, user)]
        for user in others:
            services.deactivate(user)
        messages.success(request, f"Users deactivated: {len(others)}.")
        if any(user.pk == request.user.pk for user in queryset):
            messages.warning(request, "You can't deactivate yourself. Ask another administrator.")

    @admin.action(description="Remove profile picture", permissions=["change"])
    def remove_avatar(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            services.update_profile(user, remove_avatar=True)
        messages.success(request, "Profile pictures removed.")


@admin.register(Token)
class TokenAdmin(FoldedSearch):
    """An admin that lists and revokes tokens. It cannot show their keys, which are not stored."""

    list_display = ["name", "user", "created_at", "last_used_at"]
    list_filter = ["created_at", "last_used_at"]
    list_select_related = ["user"]
    search_fields = ["name", "user__search_text"]
    fields = readonly_fields = ("name", "user", "created_at", "last_used_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Token) -> None:
        services.revoke_token(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Token]) -> None:
        for token in queryset:
            services.revoke_token(token)
