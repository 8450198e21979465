"""The forms of the chat. A form checks its fields; a service decides whether the action is allowed."""

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
        help_text=_("Up to 80 characters, in any language. Emoji are fine, too."),
    )
    topic = forms.CharField(
        label=_("Topic"),
        max_length=250,
        required=False,
        error_messages={"max_length": TOO_LONG},
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        help_text=_("What the room is for, in one line."),
    )


class NewRoomForm(RoomForm):
    """A new room."""

    kind = forms.ChoiceField(
        choices=[(Room.Kind.PUBLIC, _("Public")), (Room.Kind.PRIVATE, _("Private"))],
        initial=Room.Kind.PUBLIC,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who may join."), "invalid_choice": _("Choose who may join.")},
    )
    field_order = ["name", "topic", "kind"]


class PeopleField(forms.ModelMultipleChoiceField):
    """Users by their ids. An id that is too large for the database is refused like one that does not exist."""

    def clean(self, value: list) -> QuerySet:
        if len(ids_in(value or [])) < len(value or []):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().clean(value)


def ids_in(values: list[str]) -> list[int]:
    """Return the ids among these values of a form."""
    return [int(value) for value in values if value.isdecimal() and len(value) <= ID_DIGITS]


class PeopleForm(forms.Form):
    """The users that were picked."""

    users = PeopleField(
        queryset=get_user_model().objects.filter(is_active=True),
        error_messages={
            "required": _("Pick at least one person."),
            "invalid_choice": _("One of these people is no longer available."),
        },
    )


class RoleForm(forms.Form):
    """A new role of a member."""

    role = forms.ChoiceField(choices=Membership.Role, error_messages={"invalid_choice": _("Choose a role.")})


class LeaveForm(forms.Form):
    """The new owner of a room that its last owner leaves."""

    hand_over_to = forms.ModelChoiceField(queryset=get_user_model().objects.filter(is_active=True), required=False)


class LevelForm(forms.Form):
    """What a user wants to be notified of in a room. `muted_until`: until when the room is muted now."""

    def __init__(self, data=None, *, kind: str, level: str = "mentions", muted_until: datetime | None = None) -> None:
        is_direct = kind == Room.Kind.DIRECT
        super().__init__(data, initial={"level": find_chosen(level, muted_until, is_direct=is_direct)})
        choices = list_choices(muted_until, is_direct=is_direct, is_sent=data is not None)
        self.fields["level"] = forms.ChoiceField(
            label=gettext("Notify me of"), widget=forms.RadioSelect, choices=choices
        )
