"""The durations of a snooze, by the value of the button."""

from datetime import UTC, datetime, time, timedelta

from realtime.shared.texts import lazy_text as _

MORNING = time(9)
SNOOZES = {"hour": _("For an hour"), "tomorrow": _("Until tomorrow"), "week": _("Until next week")}


def find_waking(word: str, now: datetime) -> datetime:
    """Return when a snooze that starts now ends. `now` is aware, in the user's time zone. Raises ValueError.

    Tomorrow means the next morning at nine, next week the next Monday at nine.
    """
    if word not in SNOOZES:
        raise ValueError(f"A notification can be snoozed for one of: {', '.join(SNOOZES)}.")
    if word == "hour":
        return now.astimezone(UTC) + timedelta(hours=1)  # 60 minutes, even when the clocks change
    days = 1 if word == "tomorrow" else 7 - now.weekday()
    return datetime.combine(now.date() + timedelta(days=days), MORNING, tzinfo=now.tzinfo)
