"""What people fill in. A form says what is missing; whether it may be done is the service's word."""

from datetime import datetime

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from chat.models import Membership, Room
from notifications.muting import ALWAYS, MUTINGS

ID_DIGITS = 18  # A 64-bit number may have 19.
TOO_LONG = "At most %(limit_value)d characters; this has %(show_value)d."


class RoomForm(forms.Form):
    """The name and the topic of a room."""

    name = forms.CharField(
        max_length=80,
        error_messages={"required": "Give the room a name.", "max_length": TOO_LONG},
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        help_text="Up to 80 characters. Any language, emoji, too.",
    )
    topic = forms.CharField(
        max_length=250,
        required=False,
        error_messages={"max_length": TOO_LONG},
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        help_text="One line on what the room is for.",
    )


class NewRoomForm(RoomForm):
    """A room to be made."""

    kind = forms.ChoiceField(
        choices=[(Room.Kind.PUBLIC, "Public"), (Room.Kind.PRIVATE, "Private")],
        initial=Room.Kind.PUBLIC,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who may join.", "invalid_choice": "Choose who may join."},
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
            "required": "Pick at least one person.",
            "invalid_choice": "One of these people is no longer here.",
        },
    )


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(choices=Membership.Role, error_messages={"invalid_choice": "Choose a role."})


class LeaveForm(forms.Form):
    """Who takes over where the last owner leaves."""

    hand_over_to = forms.ModelChoiceField(queryset=get_user_model().objects.filter(is_active=True), required=False)


LEVELS = [
    ("everything", "Everything that is written"),
    ("mentions", "What mentions you or has your keywords"),
    ("nothing", "Nothing"),
]
LEVELS_OF_DIRECT = [("mentions", "Everything that is written"), ("nothing", "Nothing")]


class HearingForm(forms.Form):
    """How much of a room a person hears. `muted_until`: when it is muted now."""

    def __init__(self, data=None, *, kind: str, level: str = "mentions", muted_until: datetime | None = None) -> None:
        is_direct = kind == Room.Kind.DIRECT
        levels = LEVELS_OF_DIRECT if is_direct else LEVELS
        super().__init__(data, initial={"level": "mentions" if is_direct and level == "everything" else level})
        # A page may be older than the muting that it ends.
        off = [("off", "Turn it on again")] if muted_until or data is not None else []
        mutings = [("", muted_in_words(muted_until)), *off, *MUTINGS.items()]
        self.fields["level"] = forms.ChoiceField(label="Notify me of", widget=forms.RadioSelect, choices=levels)
        self.fields["mute"] = forms.ChoiceField(label="Mute", required=False, choices=mutings)


def muted_in_words(until: datetime | None) -> str:
    if until is None:
        return "Not muted"
    return "Muted" if until >= ALWAYS else f"Muted until {date_format(timezone.localtime(until), 'D j M, H:i')}"
