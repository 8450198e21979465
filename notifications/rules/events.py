"""The event that tells a user's pages of "do not disturb"."""

from datetime import datetime

from accounts.identity.people import user_topic
from realtime.shared.events import Event, moment


def quiet_event(user_id: int, until: datetime | None) -> Event:
    """Return until when nothing disturbs a person; ephemeral: each page that is drawn says so itself."""
    return Event(user_topic(user_id), "quiet", {"until": moment(until)})
