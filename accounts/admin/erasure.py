"""The erasure of accounts in the admin: it replaces "Delete", and lists the consequences before it starts."""

from collections.abc import Sequence

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.erasure import continue_erasure, erase_account
from accounts.models import User

MOST_AT_ONCE = 100  # each account is a transaction of its own, and the page waits for all of them
SECONDS_FOR_THE_REST = 2.0  # a scheduled job does the rest


class ErasureForm(forms.Form):
    confirmed = forms.BooleanField(widget=forms.HiddenInput, initial=True)
    with_messages = forms.BooleanField(
        required=False,
        label="Also delete all their messages",
        help_text="“This message was deleted” takes the place of each message. This can't be undone.",
    )


class ErasingAdmin(admin.ModelAdmin):
    """An admin of users in which deleting is erasing: deleting the row would also delete data of other users."""

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        user = self.get_object(request, unquote(object_id))
        if user is None:
            return super().delete_view(request, object_id, extra_context)
        if not self.has_delete_permission(request, user):
            raise PermissionDenied
        return self.confirm(request, [user]) or HttpResponseRedirect(reverse("admin:accounts_user_changelist"))

    @admin.action(description="Erase permanently", permissions=["delete"])
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        chosen = list(queryset[: MOST_AT_ONCE + 1])
        if len(chosen) > MOST_AT_ONCE:
            messages.warning(request, f"Select at most {MOST_AT_ONCE} users at once.")
            return None
        others = [user for user in chosen if self.has_delete_permission(request, user)]
        if len(others) < len(chosen):
            messages.warning(request, "You can't erase yourself. Only superusers can erase superusers.")
        return self.confirm(request, others) if others else None

    def confirm(self, request: HttpRequest, users: Sequence[User]) -> HttpResponse | None:
        """Return the page that asks for confirmation; once confirmed, erase the users and return None."""
        form = ErasureForm(request.POST if "confirmed" in request.POST else None, label_suffix="")
        if form.is_valid():
            self.erase_each(request, users, with_messages=form.cleaned_data["with_messages"])
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": "Erase account" if len(users) == 1 else f"Erase {len(users)} accounts",
            "opts": self.opts,
            "media": self.media,
            "users": users,
            "form": form,
        }
        return TemplateResponse(request, "admin/accounts/user/erase.html", context)

    def erase_each(self, request: HttpRequest, users: Sequence[User], *, with_messages: bool) -> None:
        is_done = True
        for user in users:
            erasure = erase_account(user, with_messages=with_messages)
            self.log_change(request, user, "Erased, with all messages." if with_messages else "Erased.")
            is_done &= continue_erasure(erasure.pk, SECONDS_FOR_THE_REST / len(users))
        messages.success(request, f"Accounts erased: {len(users)}.")
        if not is_done:
            messages.info(request, "Removing their names from rooms and notifications. This can take a few minutes.")
