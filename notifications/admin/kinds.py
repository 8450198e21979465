from operator import itemgetter

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from notifications import kinds
from notifications.kinds import CHANNELS, find_or_generic
from notifications.models import KindDefault


class KindDefaultForm(forms.ModelForm):
    """A form that offers the registered kinds, and the row's own kind if its app has been removed."""

    def __init__(self, *arguments, **named) -> None:
        super().__init__(*arguments, **named)
        names = {kind.name for kind in kinds.all_kinds()} | ({self.instance.kind} if self.instance.kind else set())
        choices = [(name, find_or_generic(name).label) for name in names]
        self.fields["kind"] = forms.ChoiceField(choices=sorted(choices, key=itemgetter(1)))


@admin.register(KindDefault)
class KindDefaultAdmin(admin.ModelAdmin):
    """The default channels of kinds, and which kinds are locked. A kind without a row has the defaults of its app."""

    form = KindDefaultForm
    fields = ("kind", "app", "push", "mail", "locked")
    list_display = ("label", "app", "push", "mail", "locked")
    ordering = ("kind",)
    change_list_template = "admin/notifications/kinds.html"

    @admin.display(description="kind", ordering="kind")
    def label(self, row: KindDefault) -> str:
        return find_or_generic(row.kind).label

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """List the kinds without a row below the others, with the defaults of their apps."""
        chosen = set(KindDefault.objects.values_list("kind", flat=True))
        others = [
            {"name": kind.name, "label": kind.label, "optional": kind.optional, "marks": marks_of(kind.channels)}
            for kind in sorted(kinds.all_kinds(), key=lambda kind: kind.label)
            if kind.name not in chosen
        ]
        return super().changelist_view(request, {**(extra_context or {}), "others": others})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        """Start a new row with the app's defaults for the kind in the URL."""
        kind = find_or_generic(request.GET.get("kind", ""))
        return {"kind": kind.name, **{channel: channel in kind.channels for channel in CHANNELS}}


def marks_of(channels: frozenset[str]) -> list[bool]:
    return [channel in channels for channel in CHANNELS]
