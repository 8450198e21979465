"""The form for emails, urgent notifications and private content."""

from datetime import time

from django import forms

from notifications.models import Preferences
from notifications.rules.forms.time_fields import A_TIME, ClockField
from notifications.rules.preferences import MINUTES_OF_EMAIL
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

LEAST, MOST = MINUTES_OF_EMAIL
MINUTES = fill_lazy(_("Enter a number of minutes from %(least)s to %(most)s."), least=LEAST, most=f"{MOST:,}")


class DeliveryForm(forms.Form):
    mail = forms.ChoiceField(
        label=_("Send emails"),
        choices=Preferences.EmailMode.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose when to get emails."), "invalid_choice": _("Choose when to get emails.")},
    )
    email_after_minutes = forms.IntegerField(
        required=False,
        min_value=LEAST,
        max_value=MOST,
        label=_("Minutes unread"),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), MINUTES),
    )
    email_daily_at = ClockField(label=_("Time of the daily email"))
    urgent_breaks_quiet = forms.BooleanField(
        required=False, label=_("Urgent notifications ignore quiet hours and do not disturb")
    )
    private_content = forms.BooleanField(
        required=False,
        label=_("Include message text from private rooms in pushes and emails"),
        help_text=_("Otherwise they only show the kind of notification."),
    )

    def clean(self) -> None:
        """Require the field of the chosen option. An empty field of another option keeps its stored value."""
        needed = {"unread": ("email_after_minutes", MINUTES), "daily": ("email_daily_at", A_TIME)}
        name, sentence = needed.get(self.cleaned_data.get("mail", ""), ("", ""))
        if name and self.cleaned_data.get(name) is None and name not in self.errors:
            self.add_error(name, sentence)

    def minutes(self) -> int:
        return self._or_initial("email_after_minutes")

    def daily_at(self) -> time:
        return self._or_initial("email_daily_at")

    def _or_initial(self, name: str):
        value = self.cleaned_data.get(name)
        return self.initial[name] if value is None else value
