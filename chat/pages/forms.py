"""What people fill in. A form says what is missing; whether it may be done is the service's word."""

from datetime import datetime

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils.translation import gettext

from chat.models import Membership, Room
from notifications.rules.level_choices import find_chosen, list_choices
from realtime.shared.texts import lazy_text as _

ID_DIGITS = 18  # A 64-bit number may have 19.
TOO_LONG = _("At most %(limit_value)d characters; this has %(show_value)d.")


class RoomForm(forms.Form):
    """The name and the topic of a room."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        error_messages={"required": _("Give the room a name."), "max_length": TOO_LONG},
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        help_text=_("Up to 80 characters. Any language, emoji, too."),
    )
    topic = forms.CharField(
        label=_("Topic"),
        max_length=250,
        required=False,
        error_messages={"max_length": TOO_LONG},
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        help_text=_("One line on what the room is for."),
    )


class NewRoomForm(RoomForm):
    """A room to be made."""

    kind = forms.ChoiceField(
        choices=[(Room.Kind.PUBLIC, _("Public")), (Room.Kind.PRIVATE, _("Private"))],
        initial=Room.Kind.PUBLIC,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who may join."), "invalid_choice": _("Choose who may join.")},
    )
    field_order = ["name", "topic", "kind"]


class PeopleField(forms.ModelMultipleChoiceField):
    """People by their ids. One that no database could hold is nobody's, as one that is not there."""

    def clean(self, value: list) -> QuerySet:
        if len(ids_in(value or [])) < len(value or []):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().clean(value)


def ids_in(values: list[str]) -> list[int]:
    """Return the ids among these words of a form."""
    return [int(value) for value in values if value.isdecimal() and len(value) <= ID_DIGITS]


class PeopleForm(forms.Form):
    """Some people, picked."""

    users = PeopleField(
        queryset=get_user_model().objects.filter(is_active=True),
        error_messages={
            "required": _("Pick at least one person."),
            "invalid_choice": _("One of these people is no longer here."),
        },
    )


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(choices=Membership.Role, error_messages={"invalid_choice": _("Choose a role.")})


class LeaveForm(forms.Form):
    """Who takes over where the last owner leaves."""

    hand_over_to = forms.ModelChoiceField(queryset=get_user_model().objects.filter(is_active=True), required=False)


class HearingForm(forms.Form):
    """How much of a room a person hears. `muted_until`: when it is muted now."""

    def __init__(self, data=None, *, kind: str, level: str = "mentions", muted_until: datetime | None = None) -> None:
        is_direct = kind == Room.Kind.DIRECT
        super().__init__(data, initial={"level": find_chosen(level, muted_until, is_direct=is_direct)})
        choices = list_choices(muted_until, is_direct=is_direct, is_sent=data is not None)
        self.fields["level"] = forms.ChoiceField(
            label=gettext("Notify me of"), widget=forms.RadioSelect, choices=choices
        )
