"""The form for a new stream."""

from typing import cast

from django import forms
from django.contrib.auth.models import Group
from django.utils.text import slugify
from django.utils.translation import gettext

from notifications.models import Stream
from realtime.shared.texts import lazy_text as _

RULES = [
    (Stream.Rule.NOBODY, _("People who subscribe")),
    (Stream.Rule.EVERYBODY, _("Everyone")),
    (Stream.Rule.STAFF, _("Staff")),
    (Stream.Rule.GROUP, _("A group")),
]
ACCESS = [("open", _("Everyone")), ("restricted", _("Only people who get it"))]
CONTENTS = [("news", _("News")), ("number", _("A number"))]
SLUG_CHARACTERS = 50


class NewStreamForm(forms.Form):
    """The form for a new stream. Its slug is made from its name."""

    name = forms.CharField(
        label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"placeholder": _("Deploys"), "dir": "auto"})
    )
    description = forms.CharField(
        label=_("Description"), max_length=250, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    rule = forms.ChoiceField(
        choices=RULES, initial=Stream.Rule.NOBODY, widget=forms.RadioSelect, label=_("Who gets it?")
    )
    group = forms.ModelChoiceField(
        queryset=Group.objects.order_by("name"),
        required=False,
        empty_label=_("Choose a group"),
        label=_("Which group?"),
    )
    access = forms.ChoiceField(choices=ACCESS, initial="open", widget=forms.RadioSelect, label=_("Who sees it?"))
    carries = forms.ChoiceField(
        choices=CONTENTS, initial="news", widget=forms.RadioSelect, label=_("What does it publish?")
    )

    def __init__(self, data=None) -> None:
        super().__init__(data)
        if not Group.objects.exists():
            del self.fields["group"]
            rule = cast(forms.ChoiceField, self.fields["rule"])
            rule.choices = [choice for choice in RULES if choice[0] != Stream.Rule.GROUP]

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        is_for_group = cleaned.get("rule") == Stream.Rule.GROUP
        if is_for_group and not cleaned.get("group") and "group" not in self.errors:
            self.add_error("group", gettext("Choose a group."))
        return cleaned

    def values(self) -> dict:
        """Return the fields of the new stream."""
        is_for_group = self.cleaned_data["rule"] == Stream.Rule.GROUP
        return {
            "name": self.cleaned_data["name"],
            "description": self.cleaned_data["description"],
            "rule": self.cleaned_data["rule"],
            "group": self.cleaned_data["group"] if is_for_group else None,
            "is_open": self.cleaned_data["access"] == "open",
            "keeps_value": self.cleaned_data["carries"] == "number",
        }


def find_slug(name: str) -> str:
    """Return an unused slug for a name: "deploys", then "deploys-2"; "stream" if the name has no Latin letters."""
    base = slugify(name)[: SLUG_CHARACTERS - 5].strip("-_") or "stream"
    taken = {*Stream.objects.filter(slug__startswith=base).values_list("slug", flat=True), Stream.NEW}
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
