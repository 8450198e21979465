"""How long a notification can be snoozed, by the word on the button."""

from datetime import UTC, datetime, time, timedelta

from realtime.shared.texts import lazy_text as _

MORNING = time(9)
SNOOZES = {"hour": _("For an hour"), "tomorrow": _("Until tomorrow"), "week": _("Until next week")}


def find_waking(word: str, now: datetime) -> datetime:
    """Return when what is snoozed wakes; `now` is aware, on the person's own clock. Raises ValueError.

    Tomorrow is the next morning at nine, next week the next Monday's.
    """
    if word not in SNOOZES:
        raise ValueError(f"Something sleeps for one of these: {', '.join(SNOOZES)}.")
    if word == "hour":
        return now.astimezone(UTC) + timedelta(hours=1)  # an hour of the world, also when the clocks change
    days = 1 if word == "tomorrow" else 7 - now.weekday()
    return datetime.combine(now.date() + timedelta(days=days), MORNING, tzinfo=now.tzinfo)
