"""The form that creates an invitation link."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils import timezone

from chat.models import Membership, Room
from chat.models.invitation_links import ROOMS_OF_LINK
from chat.permissions import ROLES_THAT_MAY
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

EMAILS_AT_ONCE = 20

ROLE_CHOICES = [(Membership.Role.MEMBER, _("Members")), (Membership.Role.MODERATOR, _("Moderators"))]
DAYS = [("1", _("1 day")), ("7", _("7 days")), ("30", _("30 days")), ("", _("Never"))]
USES = [("1", _("1 person")), ("10", _("10 people")), ("100", _("100 people")), ("", _("Any number of people"))]


class EmailsField(forms.CharField):
    """Email addresses, separated by commas, spaces or lines."""

    widget = forms.Textarea({"rows": 2, "autocomplete": "off", "spellcheck": "false", "dir": "ltr"})

    def clean(self, value: str | None) -> list[str]:
        addresses = list(dict.fromkeys(super().clean(value).replace(",", " ").replace(";", " ").split()))
        if len(addresses) > EMAILS_AT_ONCE:
            raise forms.ValidationError(fill_lazy(_("At most %(emails)s addresses at once."), emails=EMAILS_AT_ONCE))
        for address in addresses:
            try:
                validate_email(address)
            except forms.ValidationError:
                text = fill_lazy(_("“%(address)s” is not an email address."), address=address[:100])
                raise forms.ValidationError(text) from None
        return addresses


class InvitationLinkForm(forms.Form):
    """A new link to a room, and to others to which its creator may invite."""

    days = forms.ChoiceField(label=_("Expires after"), choices=DAYS, initial="7", required=False)
    most_uses = forms.ChoiceField(label=_("Works for"), choices=USES, initial="", required=False)
    role = forms.ChoiceField(label=_("They join as"), choices=ROLE_CHOICES, required=False)
    rooms = forms.ModelMultipleChoiceField(
        label=_("Also to these rooms"),
        queryset=Room.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("You can't invite people to one of these rooms.")},
    )
    emails = EmailsField(
        label=_("Send it by email to"),
        required=False,
        help_text=_("Up to 20 addresses, separated by commas or spaces."),
    )

    def __init__(self, data=None, *, membership: Membership, has_email: bool) -> None:
        super().__init__(data)
        self.room = membership.room
        rooms: Any = self.fields["rooms"]
        rooms.queryset = find_other_rooms(membership)
        if membership.role not in ROLES_THAT_MAY["set_role"]:
            del self.fields["role"]
        if not has_email:
            del self.fields["emails"]

    @property
    def terms(self) -> dict:
        """Return the arguments for the service."""
        days, uses = self.cleaned_data["days"], self.cleaned_data["most_uses"]
        return {
            "rooms": [self.room, *self.cleaned_data["rooms"]],
            "role": self.cleaned_data.get("role") or Membership.Role.MEMBER,
            "expires_at": timezone.now() + timedelta(days=int(days)) if days else None,
            "most_uses": int(uses) if uses else None,
        }


def find_other_rooms(membership: Membership) -> QuerySet[Room]:
    """Return other rooms that the member is in: as many as a link may have."""
    own = Membership.objects.filter(user=membership.user_id, active=True, role__in=ROLES_THAT_MAY["invite"])
    rooms = Room.objects.filter(pk__in=own.values("room"), archived_at=None).exclude(kind=Room.Kind.DIRECT)
    others = rooms.exclude(pk=membership.room_id).order_by("folded_name")
    return rooms.filter(pk__in=list(others.values_list("pk", flat=True)[: ROOMS_OF_LINK - 1])).order_by("folded_name")
