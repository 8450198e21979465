"""From when to when it is quiet, for each day of the week."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import time

from django import forms

from notifications.forms.clock import A_TIME, ClockField

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
USUAL = ("22:00", "07:00")  # What an empty row offers.


class QuietHoursForm(forms.Form):
    """Seven rows: a box, from when, until when."""

    def __init__(self, data: Mapping | None, *, hours: Mapping[str, Sequence[str]]) -> None:
        super().__init__(data)
        for number, name in enumerate(WEEKDAYS):
            start, end = hours.get(str(number), USUAL)
            box = forms.BooleanField(required=False, initial=str(number) in hours, label=name)
            self.fields[f"quiet-{number}"] = box
            self.fields[f"from-{number}"] = ClockField(initial=start, label=f"{name}: quiet from")
            self.fields[f"to-{number}"] = ClockField(initial=end, label=f"{name}: quiet until")

    def days(self) -> Iterator[dict]:
        for number in range(len(WEEKDAYS)):
            on, start, end = (self[f"{name}-{number}"] for name in ("quiet", "from", "to"))
            over = str(end.value() or "") <= str(start.value() or "")
            next_day = WEEKDAYS[(number + 1) % len(WEEKDAYS)] if over else ""
            yield {"on": on, "from": start, "to": end, "next_day": next_day}

    def clean(self) -> None:
        for number in range(len(WEEKDAYS)):
            if self.cleaned_data.get(f"quiet-{number}"):
                self._check(number)

    def hours(self) -> dict[str, list[str]]:
        """Return them as Preferences keeps them; a day that is off is not there."""
        days = [number for number in range(len(WEEKDAYS)) if self.cleaned_data[f"quiet-{number}"]]
        return {str(number): [f"{at:%H:%M}" for at in self._times(number) if at is not None] for number in days}

    def _check(self, number: int) -> None:
        start, end = self._times(number)
        for name, value in (("from", start), ("to", end)):
            if value is None and f"{name}-{number}" not in self.errors:
                self.add_error(f"{name}-{number}", A_TIME)

    def _times(self, number: int) -> tuple[time | None, time | None]:
        return self.cleaned_data.get(f"from-{number}"), self.cleaned_data.get(f"to-{number}")
