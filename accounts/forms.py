import zoneinfo

from django import forms
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile

from accounts import avatars, services
from accounts.models import Token, User
from accounts.names import validate_display_name
from accounts.time_zones import time_zone_choices


class DisplayNameField(forms.CharField):
    def __init__(self, **kwargs) -> None:
        widget = forms.TextInput({"autocomplete": "name"})
        super().__init__(max_length=80, required=False, widget=widget, validators=[validate_display_name], **kwargs)

    def clean(self, value: str | None) -> str:
        return " ".join(super().clean(value).split())


class SignupForm(forms.Form):
    """What sign-up asks beyond allauth's own form."""

    field_order = ["display_name", "username", "email", "password1", "password2"]

    display_name = DisplayNameField(label="Your name", help_text="What others see. You can change it later.")
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput({"data-guess": "time-zone"}))

    def clean_time_zone(self) -> str:
        """Take the browser's guess, and nothing worse: a person who signs up never chose it."""
        guess = self.cleaned_data["time_zone"]
        return guess if guess in zoneinfo.available_timezones() else "UTC"

    def signup(self, request, user: User) -> None:
        user.display_name = self.cleaned_data["display_name"]
        user.time_zone = self.cleaned_data["time_zone"]
        user.save(update_fields=["display_name", "time_zone"])


class ProfileForm(forms.Form):
    picture = forms.FileField(
        required=False,
        label="Picture",
        help_text="JPEG, PNG, WebP or GIF, up to 8 MB. The middle of it becomes a square.",
        widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp,image/gif"}),
    )
    remove_picture = forms.BooleanField(required=False, label="Remove the picture")
    display_name = DisplayNameField(label="Name")

    def __init__(self, *args, user: User, **kwargs) -> None:
        self.user = user
        kwargs["initial"] = {"display_name": user.display_name, "time_zone": user.time_zone}
        super().__init__(*args, **kwargs)
        self.fields["display_name"].help_text = f"What others see. Empty: your username, {user.username}."
        self.fields["time_zone"] = forms.ChoiceField(label="Time zone", choices=time_zone_choices(user.time_zone))
        if not user.avatar:
            del self.fields["remove_picture"]

    def clean_picture(self) -> ContentFile | None:
        upload: UploadedFile | None = self.cleaned_data["picture"]
        return avatars.draw(upload) if upload else None

    def save(self) -> None:
        services.update_profile(
            self.user,
            display_name=self.cleaned_data["display_name"],
            time_zone=self.cleaned_data["time_zone"],
            avatar=self.cleaned_data["picture"],
            remove_avatar=self.cleaned_data.get("remove_picture", False),
        )


class TokenForm(forms.ModelForm):
    class Meta:
        model = Token
        fields = ["name"]
        help_texts = {"name": "What it is for: a bot, a script, a machine."}
        widgets = {"name": forms.TextInput({"autocomplete": "off", "placeholder": "Deploy bot"})}
