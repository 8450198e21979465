"""Fields of the sign-up form besides allauth's, whose form inherits from this one: so this cannot import allauth's."""

import zoneinfo

from django import forms

from accounts.models import User
from accounts.names.validators import validate_display_name
from realtime.shared.texts import lazy_text as _


class DisplayNameField(forms.CharField):
    def __init__(self, **kwargs) -> None:
        widget = forms.TextInput({"autocomplete": "name"})
        super().__init__(max_length=80, required=False, widget=widget, validators=[validate_display_name], **kwargs)

    def clean(self, value: str | None) -> str:
        return " ".join(super().clean(value).split())


class SignupFields(forms.Form):
    field_order = ["display_name", "username", "email", "password1", "password2"]

    display_name = DisplayNameField(
        label=_("Your name"), help_text=_("Other people see this name. You can change it later.")
    )
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput({"data-guess": "time-zone"}))

    def clean_time_zone(self) -> str:
        """Return the browser's guess, or UTC for an unknown zone: the user did not type it, so it is no error."""
        guess = self.cleaned_data["time_zone"]
        return guess if guess in zoneinfo.available_timezones() else "UTC"

    def signup(self, request, user: User) -> None:
        user.display_name = self.cleaned_data["display_name"]
        user.time_zone = self.cleaned_data["time_zone"]
        user.save(update_fields=["display_name", "time_zone"])
