"""Form fields for a time of the day."""

from django import forms

from realtime.shared.texts import lazy_text as _

A_TIME = _("Enter a time, such as 22:00.")


class ClockField(forms.TimeField):
    """A time of the day in hours and minutes."""

    def __init__(self, *, required: bool = False, **kwargs) -> None:
        super().__init__(
            required=required,
            input_formats=["%H:%M", "%H:%M:%S"],
            widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
            error_messages={"invalid": A_TIME, "required": A_TIME},
            **kwargs,
        )
