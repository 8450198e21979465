"""The durations of a mute, by the value of the choice."""

from datetime import UTC, datetime

from notifications.rules.snooze_durations import find_waking
from realtime.shared.texts import lazy_text as _

ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)  # no end; a later year would overflow in zones east of UTC
MUTINGS = {
    "hour": _("Mute for 1 hour"),
    "tomorrow": _("Mute until tomorrow"),
    "always": _("Mute until I turn it back on"),
}


def find_unmuting(word: str, now: datetime) -> datetime:
    """Return when a mute that starts now ends. `now` is aware, in the user's time zone. Raises ValueError."""
    if word not in MUTINGS:
        raise ValueError(f"A room can be muted for one of: {', '.join(MUTINGS)}.")
    return ALWAYS if word == "always" else find_waking(word, now)
