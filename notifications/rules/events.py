"""The event that tells a user's pages when "do not disturb" ends."""

from datetime import datetime

from accounts.identity.people import user_topic
from realtime.shared.events import Event, moment


def quiet_event(user_id: int, until: datetime | None) -> Event:
    """Return the event with the end, or None for "off". It is ephemeral: each page that loads has the state already."""
    return Event(user_topic(user_id), "quiet", {"until": moment(until)})
