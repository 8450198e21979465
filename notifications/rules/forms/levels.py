"""The form for the levels in groups where the user has chosen one."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext

from notifications.groups import GroupLabel
from notifications.models import GroupRule
from notifications.rules.level_choices import UNMUTE, find_chosen, list_choices, split_choice
from notifications.rules.mute_durations import find_unmuting
from notifications.rules.preferences import Level


class LevelsForm(forms.Form):
    """A choice for each group that has a label. Groups without one are not shown and keep their level."""

    def __init__(
        self, data: Mapping | None, *, rules: Sequence[GroupRule], labels: Mapping[str, GroupLabel], now: datetime
    ) -> None:
        super().__init__(data)
        self.now, self.labels = now, labels
        self.rules = [rule for rule in rules if rule.group in labels]
        for rule in self.rules:
            until, is_direct = self._muted_until(rule), labels[rule.group].is_direct
            self.fields[f"level-{rule.pk}"] = forms.ChoiceField(
                choices=list_choices(until, is_direct=is_direct, is_sent=data is not None),
                initial=find_chosen(rule.level, until, is_direct=is_direct),
                label=gettext("Notifications from %(name)s") % {"name": labels[rule.group].name},
            )
            self.fields[f"level-{rule.pk}"].widget.attrs["aria-label"] = self.fields[f"level-{rule.pk}"].label

    def table(self) -> Iterator[dict]:
        for rule in self.rules:
            yield {"rule": rule, "label": self.labels[rule.group], "level": self[f"level-{rule.pk}"]}

    def levels(self) -> dict[str, Level]:
        return {rule.group: self._level(rule) for rule in self.rules}

    def _level(self, rule: GroupRule) -> Level:
        level, mute = split_choice(self.cleaned_data[f"level-{rule.pk}"])
        if mute is None:
            return Level(rule.level, rule.muted_until)
        until = None if mute == UNMUTE else find_unmuting(mute, timezone.localtime(self.now))
        return Level(level or rule.level, until)

    def _muted_until(self, rule: GroupRule) -> datetime | None:
        return rule.muted_until if rule.muted_until is not None and rule.muted_until > self.now else None
