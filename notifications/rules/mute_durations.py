"""How long a group can be muted, by the word on the button."""

from datetime import UTC, datetime

from notifications.rules.snooze_durations import find_waking
from realtime.shared.texts import lazy_text as _

ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)  # Until it is turned on again. Later ones overflow in zones east of here.
MUTINGS = {
    "hour": _("Mute for 1 hour"),
    "tomorrow": _("Mute until tomorrow"),
    "always": _("Mute until I turn it back on"),
}


def find_unmuting(word: str, now: datetime) -> datetime:
    """Return when what is muted now is heard again; `now` is aware, on the person's own clock. Raises ValueError."""
    if word not in MUTINGS:
        raise ValueError(f"A room is muted for one of these: {', '.join(MUTINGS)}.")
    return ALWAYS if word == "always" else find_waking(word, now)
