"""How mails come, and what may stand in what leaves the site."""

from datetime import time

from django import forms

from notifications.models import Preferences
from notifications.rules.forms.time_fields import A_TIME, ClockField
from notifications.rules.preferences import MINUTES_OF_MAIL
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

LEAST, MOST = MINUTES_OF_MAIL
MINUTES = fill_lazy(_("Write a number of minutes from %(least)s to %(most)s."), least=LEAST, most=f"{MOST:,}")


class DeliveryForm(forms.Form):
    mail = forms.ChoiceField(
        label=_("Mails come"),
        choices=Preferences.Mail.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose when mails come."), "invalid_choice": _("Choose when mails come.")},
    )
    mail_after_minutes = forms.IntegerField(
        required=False,
        min_value=LEAST,
        max_value=MOST,
        label=_("Minutes unread"),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), MINUTES),
    )
    mail_daily_at = ClockField(label=_("Time of the daily mail"))
    urgent_breaks_quiet = forms.BooleanField(required=False, label=_("What is urgent comes through at any time"))
    private_content = forms.BooleanField(
        required=False,
        label=_("Show what is said in private in pushes and mails"),
        help_text=_("Otherwise they say only that there is something, and of what kind."),
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
