from allauth.account import forms as allauth_forms
from django import forms
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext

from accounts import services
from accounts.models import Token, User
from accounts.pages import avatars
from accounts.pages.signup_fields import DisplayNameField
from accounts.pages.time_zones import time_zone_choices
from realtime.shared.texts import lazy_text as _


class ProfileForm(forms.Form):
    picture = forms.FileField(
        required=False,
        label=_("Picture"),
        help_text=_("JPEG, PNG, WebP or GIF, up to 8 MB. It will be cropped to a square."),
        widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp,image/gif"}),
    )
    remove_picture = forms.BooleanField(required=False, label=_("Remove picture"))
    display_name = DisplayNameField(label=_("Name"))

    def __init__(self, *args, user: User, **kwargs) -> None:
        self.user = user
        kwargs["initial"] = {"display_name": user.display_name, "time_zone": user.time_zone, "language": user.language}
        super().__init__(*args, **kwargs)
        help_text = gettext("Other people see this name. If it's empty, they see %(username)s.")
        self.fields["display_name"].help_text = help_text % {"username": user.username}
        self.fields["time_zone"] = forms.ChoiceField(
            label=gettext("Time zone"),
            choices=time_zone_choices(user.time_zone),
            help_text=gettext(
                "For quiet hours, emails, and the local time that others see. Pages use your browser's time zone."
            ),
        )
        self.fields["language"] = forms.ChoiceField(
            required=False,
            label=gettext("Language"),
            choices=[("", gettext("Same as your browser")), *settings.LANGUAGES],
            help_text=gettext("For pages and emails."),
        )
        if not user.avatar:
            del self.fields["remove_picture"]

    def clean_picture(self) -> ContentFile | None:
        upload: UploadedFile | None = self.cleaned_data["picture"]
        return avatars.draw_avatar(upload) if upload else None

    def save(self) -> None:
        services.update_profile(
            self.user,
            display_name=self.cleaned_data["display_name"],
            time_zone=self.cleaned_data["time_zone"],
            language=self.cleaned_data["language"],
            avatar=self.cleaned_data["picture"],
            remove_avatar=self.cleaned_data.get("remove_picture", False),
        )


class KeepTokensField(forms.BooleanField):
    """Whether the tokens survive when all sessions end. Forms leave it out for users without tokens."""

    def __init__(self, user: User) -> None:
        names = ", ".join(f"“{token.name}”" for token in user.tokens.all())
        super().__init__(
            required=False,
            label=gettext("Keep my tokens"),
            help_text=gettext("Only if you're sure that no one else has them: %(names)s. Otherwise they stop working.")
            % {"names": names},
        )


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.user.tokens.exists():
            self.fields["keep_tokens"] = KeepTokensField(self.user)

    def save(self) -> None:
        self.user.keeps_tokens = self.cleaned_data.get("keep_tokens", False)
        super().save()


class EndSessionsForm(forms.Form):
    def __init__(self, *args, user: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if user.tokens.exists():
            self.fields["keep_tokens"] = KeepTokensField(user)


class TokenForm(forms.ModelForm):
    class Meta:
        model = Token
        fields = ["name"]
        help_texts = {"name": _("What you'll use it for, such as a bot or a script.")}
        widgets = {"name": forms.TextInput({"autocomplete": "off", "placeholder": _("Deploy bot")})}
