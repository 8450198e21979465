"""The settings page as one object: its five forms, their initial values, and the submitted settings."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django import forms

from notifications.groups import find_labels
from notifications.models import GroupRule, Keyword, Preferences
from notifications.rules.forms.email import DeliveryForm
from notifications.rules.forms.keywords import WordsForm
from notifications.rules.forms.levels import LevelsForm
from notifications.rules.forms.quiet_hours import QuietHoursForm
from notifications.rules.forms.switches import SwitchesForm
from notifications.rules.preferences import Wishes
from notifications.rules.stored_rules import UserRules, load_rules
from notifications.rules.switches import find_switches

RULES_SHOWN = 200
RULES = ("channels", "quiet_hours", "urgent_breaks_quiet", "mail", "email_after_minutes", "email_daily_at")
DELIVERY = ("mail", "email_after_minutes", "email_daily_at", "urgent_breaks_quiet", "private_content")


class SettingsForms:
    """Five forms that are submitted, shown and saved together."""

    def __init__(self, user_id: int, data: Mapping | None = None, *, now: datetime) -> None:
        self.preferences = Preferences.objects.filter(user=user_id).first() or Preferences(user_id=user_id)
        words = Keyword.objects.filter(user=user_id).order_by("word").values_list("word", flat=True)
        rules = list(GroupRule.objects.filter(user=user_id).order_by("group")[:RULES_SHOWN])
        self.labels = find_labels(user_id, [rule.group for rule in rules])
        self.before = load_rules([user_id], [rule.group for rule in rules])[user_id]
        self.switches = SwitchesForm(data, rows=find_switches(self.before.rules))
        self.quiet = QuietHoursForm(data, hours=self.before.rules.quiet_hours)
        self.levels = LevelsForm(data, rules=rules, labels=self.labels, now=now)
        self.words = WordsForm(data, initial={"words": "\n".join(words)})
        self.delivery = DeliveryForm(data, initial={name: getattr(self.preferences, name) for name in DELIVERY})

    @property
    def all(self) -> list[forms.Form]:
        return [self.switches, self.delivery, self.quiet, self.levels, self.words]

    def are_valid(self) -> bool:
        """Return whether all forms are valid. It validates each of them, so that each shows its errors."""
        return not [form for form in self.all if not form.is_valid()]

    def errors(self) -> list[tuple[str, str, str]]:
        """Return (field id, label, text) for each error, in page order."""
        return [
            (find_id(form[name]), str(form[name].label), str(sentence))
            for form in self.all
            for name in form.fields
            for sentence in form.errors.get(name, [])
        ]

    def wishes(self) -> Wishes:
        """Return the submitted settings. All forms must be valid."""
        chosen = self.delivery.cleaned_data
        return Wishes(
            channels=self.switches.channels(self.before.rules.channels),
            quiet_hours=self.quiet.hours(),
            urgent_breaks_quiet=chosen["urgent_breaks_quiet"],
            mail=chosen["mail"],
            email_after_minutes=self.delivery.minutes(),
            email_daily_at=self.delivery.daily_at(),
            private_content=chosen["private_content"],
            keywords=self.words.cleaned_data["words"],
            levels=self.levels.levels(),
        )

    def after(self) -> UserRules:
        """Return the rules as they would be after saving."""
        wishes = self.wishes()
        wanted = {name: getattr(wishes, name) for name in RULES}
        levels = {**self.before.levels, **wishes.levels}
        return UserRules(replace(self.before.rules, **wanted), levels)


def find_id(field: forms.BoundField) -> str:
    """Return the id of the field's input, or of the first of several."""
    return field.id_for_label or f"{field.auto_id}_0"
