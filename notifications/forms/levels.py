"""How much one hears of the groups for which one chose."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.formats import date_format

from notifications.groups import GroupLabel
from notifications.models import GroupRule
from notifications.muting import ALWAYS, MUTINGS, find_unmuting
from notifications.services.preferring import Level


class LevelsForm(forms.Form):
    """A level and a muting for each group that has a name; groups without one are out of sight and stay."""

    def __init__(
        self, data: Mapping | None, *, rules: Sequence[GroupRule], labels: Mapping[str, GroupLabel], now: datetime
    ) -> None:
        super().__init__(data)
        self.now, self.labels = now, labels
        self.rules = [rule for rule in rules if rule.group in labels]
        for rule in self.rules:
            name = labels[rule.group].name
            self.fields[f"level-{rule.pk}"] = choice(f"What you hear of {name}", GroupRule.Level.choices, rule.level)
            kept = "keep" if self._is_muted(rule) else ""
            self.fields[f"muted-{rule.pk}"] = choice(f"Muting of {name}", self._mutings(rule), kept)

    def table(self) -> Iterator[dict]:
        for rule in self.rules:
            level, muted = self[f"level-{rule.pk}"], self[f"muted-{rule.pk}"]
            yield {"rule": rule, "label": self.labels[rule.group], "level": level, "muted": muted}

    def levels(self) -> dict[str, Level]:
        return {rule.group: Level(self.cleaned_data[f"level-{rule.pk}"], self._until(rule)) for rule in self.rules}

    def _is_muted(self, rule: GroupRule) -> bool:
        return rule.muted_until is not None and rule.muted_until > self.now

    def _mutings(self, rule: GroupRule) -> list[tuple[str, str]]:
        kept = [("keep", name_muting(rule.muted_until))] if self._is_muted(rule) else []
        offered = ((word, f"Mute {label[0].lower()}{label[1:]}") for word, label in MUTINGS.items())
        return [("", "Not muted"), *kept, *offered]

    def _until(self, rule: GroupRule) -> datetime | None:
        word = self.cleaned_data[f"muted-{rule.pk}"]
        if word in MUTINGS:
            return find_unmuting(word, timezone.localtime(self.now))
        return rule.muted_until if word else None


def choice(label: str, choices: Sequence[tuple[str, str]], initial: str) -> forms.ChoiceField:
    select = forms.Select({"aria-label": label, "data-usual": choices[0][0]})
    return forms.ChoiceField(choices=choices, initial=initial, label=label, widget=select, required=bool(choices[0][0]))


def name_muting(until: datetime | None) -> str:
    if until is None or until >= ALWAYS:
        return "Muted"
    return f"Muted until {date_format(timezone.localtime(until), 'D j M, H:i')}"
