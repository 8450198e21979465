"""How mails come, and what may stand in what leaves the site."""

from datetime import time

from django import forms

from notifications.models import Preferences
from notifications.rules.forms.time_fields import A_TIME, ClockField
from notifications.rules.preferences import MINUTES_OF_MAIL

LEAST, MOST = MINUTES_OF_MAIL
MINUTES = f"Write a number of minutes from {LEAST} to {MOST:,}."


class DeliveryForm(forms.Form):
    mail = forms.ChoiceField(
        label="Mails come",
        choices=Preferences.Mail.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose when mails come.", "invalid_choice": "Choose when mails come."},
    )
    mail_after_minutes = forms.IntegerField(
        required=False,
        min_value=LEAST,
        max_value=MOST,
        label="Minutes unread",
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), MINUTES),
    )
    mail_daily_at = ClockField(label="Time of the daily mail")
    urgent_breaks_quiet = forms.BooleanField(required=False, label="What is urgent comes through at any time")
    private_content = forms.BooleanField(
        required=False,
        label="Show what is said in private in pushes and mails",
        help_text="Otherwise they say only that there is something, and of what kind.",
    )

    def clean(self) -> None:
        """Ask for what the chosen way needs; of the other ways, what was left empty stays as it was."""
        needed = {"unread": ("mail_after_minutes", MINUTES), "daily": ("mail_daily_at", A_TIME)}
        name, sentence = needed.get(self.cleaned_data.get("mail", ""), ("", ""))
        if name and self.cleaned_data.get(name) is None and name not in self.errors:
            self.add_error(name, sentence)

    def minutes(self) -> int:
        return self._or_initial("mail_after_minutes")

    def daily_at(self) -> time:
        return self._or_initial("mail_daily_at")

    def _or_initial(self, name: str):
        value = self.cleaned_data.get(name)
        return self.initial[name] if value is None else value
