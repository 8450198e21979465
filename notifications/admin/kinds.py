from operator import itemgetter

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from notifications import kinds
from notifications.kinds import CHANNELS, find_or_generic
from notifications.models import KindDefault


class KindDefaultForm(forms.ModelForm):
    """One of the registered kinds; one whose app is gone stays as it is."""

    def __init__(self, *arguments, **named) -> None:
        super().__init__(*arguments, **named)
        names = {kind.name for kind in kinds.all_kinds()} | ({self.instance.kind} if self.instance.kind else set())
        choices = [(name, find_or_generic(name).label) for name in names]
        self.fields["kind"] = forms.ChoiceField(choices=sorted(choices, key=itemgetter(1)))


@admin.register(KindDefault)
class KindDefaultAdmin(admin.ModelAdmin):
    """What holds for those who have not chosen, and what nobody may choose. A row less: as the app registered it."""

    form = KindDefaultForm
    fields = ("kind", "app", "push", "mail", "locked")
    list_display = ("label", "app", "push", "mail", "locked")
    ordering = ("kind",)
    change_list_template = "admin/notifications/kinds.html"

    @admin.display(description="kind", ordering="kind")
    def label(self, row: KindDefault) -> str:
        return find_or_generic(row.kind).label

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """List below the rows the kinds that have none, with what their apps registered."""
        chosen = set(KindDefault.objects.values_list("kind", flat=True))
        others = [
            {"name": kind.name, "label": kind.label, "optional": kind.optional, "marks": marks_of(kind.channels)}
            for kind in sorted(kinds.all_kinds(), key=lambda kind: kind.label)
            if kind.name not in chosen
        ]
        return super().changelist_view(request, {**(extra_context or {}), "others": others})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        """Begin with what the app registered of the kind in the address."""
        kind = find_or_generic(request.GET.get("kind", ""))
        return {"kind": kind.name, **{channel: channel in kind.channels for channel in CHANNELS}}


def marks_of(channels: frozenset[str]) -> list[bool]:
    return [channel in channels for channel in CHANNELS]
