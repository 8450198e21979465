"""The form for quiet hours: a preset, or times for each weekday."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import time

from django import forms
from django.utils.translation import gettext

from accounts.pages.local_time import has_12_hours
from notifications.rules.forms.time_fields import A_TIME, ClockField
from realtime.shared.texts import lazy_text as _

WEEKDAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
USUAL = ("22:00", "07:00")  # the times of a day that is turned on first
OFF, CUSTOM = "off", "custom"
# The weekend runs from Friday night to Monday morning: two days from 7:00 to 7:00 leave no gap.
WEEKS = {
    OFF: {},
    "nights": {str(number): list(USUAL) for number in range(7)},
    "weekends": {str(number): list(USUAL if number < 5 else ("07:00", "07:00")) for number in range(7)},
}


class QuietHoursForm(forms.Form):
    """A choice of presets, and for custom hours seven rows with a checkbox, a start and an end."""

    def __init__(self, data: Mapping | None, *, hours: Mapping[str, Sequence[str]]) -> None:
        super().__init__(data)
        kept = {day: list(times) for day, times in hours.items()}
        preset = next((name for name, week in WEEKS.items() if week == kept), CUSTOM)
        self.fields["quiet-preset"] = forms.ChoiceField(
            choices=list_presets(),
            initial=preset,
            required=False,
            label=gettext("Quiet hours"),
            widget=forms.RadioSelect,
        )
        for number, name in enumerate(WEEKDAYS):
            start, end = hours.get(str(number), USUAL)
            box = forms.BooleanField(required=False, initial=str(number) in hours, label=name)
            box.widget.attrs["aria-label"] = name
            self.fields[f"quiet-{number}"] = box
            self.fields[f"from-{number}"] = ClockField(
                initial=start, label=gettext("%(day)s: quiet from") % {"day": name}
            )
            self.fields[f"to-{number}"] = ClockField(initial=end, label=gettext("%(day)s: quiet until") % {"day": name})

    @property
    def preset(self) -> forms.BoundField:
        return self["quiet-preset"]

    def days(self) -> Iterator[dict]:
        for number in range(len(WEEKDAYS)):
            on, start, end = (self[f"{name}-{number}"] for name in ("quiet", "from", "to"))
            over = str(end.value() or "") <= str(start.value() or "")
            next_day = WEEKDAYS[(number + 1) % len(WEEKDAYS)] if over else ""
            yield {"number": number, "on": on, "from": start, "to": end, "next_day": next_day}

    def clean(self) -> None:
        if self._week() is not None:
            # Errors in hidden rows do not matter.
            for name in [name for name in self.errors if name != "quiet-preset"]:
                del self.errors[name]
            return
        for number in range(len(WEEKDAYS)):
            if self.cleaned_data.get(f"quiet-{number}"):
                self._check(number)

    def hours(self) -> dict[str, list[str]]:
        """Return the hours as Preferences stores them, without the days that are off."""
        week = self._week()
        if week is not None:
            return {day: list(times) for day, times in week.items()}
        days = [number for number in range(len(WEEKDAYS)) if self.cleaned_data[f"quiet-{number}"]]
        return {str(number): [f"{at:%H:%M}" for at in self._times(number) if at is not None] for number in days}

    def _week(self) -> dict[str, list[str]] | None:
        """Return the hours of the chosen preset; None for custom hours or a form without a preset."""
        return WEEKS.get(self.cleaned_data.get("quiet-preset", ""))

    def _check(self, number: int) -> None:
        start, end = self._times(number)
        for name, value in (("from", start), ("to", end)):
            if value is None and f"{name}-{number}" not in self.errors:
                self.add_error(f"{name}-{number}", A_TIME)

    def _times(self, number: int) -> tuple[time | None, time | None]:
        return self.cleaned_data.get(f"from-{number}"), self.cleaned_data.get(f"to-{number}")


def list_presets() -> list[tuple[str, str]]:
    nights = gettext("Nights 10 PM–7 AM") if has_12_hours.get() else gettext("Nights 22–7")
    return [
        (OFF, gettext("Off")),
        ("nights", nights),
        ("weekends", gettext("Nights and weekends")),
        (CUSTOM, gettext("Custom…")),
    ]
