from uuid import uuid4

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path

from notifications.admin.people import is_searchable
from notifications.destinations import URL_CHARACTERS, is_destination
from notifications.models import Notification, Stream, Subscription
from notifications.streams import subscriptions
from notifications.streams.definitions import rotate_token, update_stream
from notifications.streams.news import publish_to_stream

ACCESS = ("is_open", "rule", "group")


class SubscriptionForm(forms.ModelForm):
    """A form that subscribes a user. A user who has a subscription already is no error: it becomes one by staff."""

    def validate_unique(self) -> None:
        pass

    def validate_constraints(self) -> None:
        pass


class SubscriptionInline(admin.TabularInline):
    template = "notifications/admin/labelled_tabular.html"
    model = Subscription
    form = SubscriptionForm
    fields = ("user", "active")
    verbose_name = "subscription by staff"
    verbose_name_plural = "subscriptions by staff (these people see the stream even if it is restricted)"
    extra = 0

    def __init__(self, parent_model: type[Model], admin_site: admin.AdminSite) -> None:
        super().__init__(parent_model, admin_site)
        # Not a class attribute: another app may register its user admin after this class is made.
        if is_searchable(admin_site):
            self.autocomplete_fields = ("user",)  # type: ignore[misc]
        else:
            self.raw_id_fields = ("user",)  # type: ignore[misc]

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).filter(by_staff=True).select_related("user")


class PublishForm(forms.Form):
    """The news to publish. `key`: a form that is sent twice publishes once."""

    title = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"size": 60}))
    body = forms.CharField(max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3, "cols": 60}))
    url = forms.CharField(
        max_length=URL_CHARACTERS,
        required=False,
        label="Link",
        help_text="A path of this site or an http(s) address.",
        widget=forms.TextInput(attrs={"size": 60}),
    )
    key = forms.CharField(max_length=50, widget=forms.HiddenInput)

    def clean_url(self) -> str:
        url = self.cleaned_data["url"]
        if url and not is_destination(url):
            raise forms.ValidationError("Start the link with / or https://.")
        return url


@admin.register(Stream)
class StreamAdmin(admin.ModelAdmin):
    """Streams: their access, their token, their subscribers, and a page for publishing by hand."""

    list_display = ("name", "slug", "is_open", "rule", "keeps_value", "has_token")
    list_filter = ("is_open", "rule", "keeps_value")
    search_fields = ("name", "slug", "description")
    ordering = ("name",)
    prepopulated_fields = {"slug": ("name",)}
    fields = ("name", "slug", "description", *ACCESS, "keeps_value", "people")
    readonly_fields = ("people",)
    inlines = (SubscriptionInline,)
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Stream | None = None) -> bool:
        """Keep a stream that has published news: its notifications refer to it.

        To hide it, make it restricted with the rule "nobody".
        """
        if obj is not None and Notification.objects.filter(stream=obj).exists():
            return False
        return super().has_delete_permission(request, obj)

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/token/", view(self.make_token), name="notifications_stream_token"),
            path("<path:object_id>/publish/", view(self.publish), name="notifications_stream_publish"),
            *super().get_urls(),
        ]

    def save_model(self, request: HttpRequest, obj: Stream, form: forms.ModelForm, change: bool) -> None:
        """Save only the changed fields: a program may write the value at the same time."""
        if change:
            update_stream(obj, **{name: form.cleaned_data[name] for name in form.changed_data})
        else:
            super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: forms.ModelForm, formset, change: bool) -> None:
        for row in formset.save(commit=False):
            subscriptions.give(row.user, row.stream, active=row.active)
        for row in formset.deleted_objects:
            row.delete()

    @admin.display(description="token", boolean=True)
    def has_token(self, stream: Stream) -> bool:
        return stream.token_digest is not None

    @admin.display(description="subscribers")
    def people(self, stream: Stream) -> str:
        return str(stream.subscribers().count()) if stream.pk else "–"

    def make_token(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show a new token once. The page asks for confirmation first: programs with the old token stop working."""
        stream = self.find(request, object_id)
        key = rotate_token(stream) if request.method == "POST" else None
        if key:
            self.log_change(request, stream, "Created a new token.")
        return self.show(request, stream, "token", {"title": f"Token of {stream}", "key": key})

    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show a preview with the number of recipients, then publish."""
        stream = self.find(request, object_id)
        form = PublishForm(request.POST or None, initial={"key": uuid4().hex})
        is_sure = request.method == "POST" and form.is_valid()
        if is_sure and "confirmed" in request.POST:
            return self.publish_news(request, stream, form.cleaned_data)
        context = {
            "title": f"Publish to {stream}",
            "form": form,
            "preview": form.cleaned_data if is_sure and "change" not in request.POST else None,
            "reach": stream.subscribers().count(),
        }
        return self.show(request, stream, "publish", context)

    def publish_news(self, request: HttpRequest, stream: Stream, news: dict) -> HttpResponse:
        reached = publish_to_stream(stream, **news, actor=request.user)  # type: ignore[arg-type]
        self.log_change(request, stream, f"Published: {news['title']}")
        people = "1 person" if reached == 1 else f"{reached} people"
        self.message_user(request, f"Notified {people}: {news['title']}", messages.SUCCESS)
        return redirect("admin:notifications_stream_change", stream.pk)

    def find(self, request: HttpRequest, object_id: str) -> Stream:
        stream = self.get_object(request, unquote(object_id))
        if stream is None:
            raise Http404
        if not self.has_change_permission(request, stream):
            raise PermissionDenied
        return stream

    def show(self, request: HttpRequest, stream: Stream, page: str, context: dict) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "original": stream, **context}
        return TemplateResponse(request, f"admin/notifications/stream/{page}.html", context)
