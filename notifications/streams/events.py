"""The events of streams and announcements."""

from accounts.identity.people import user_topic
from notifications.models import Announcement, Stream
from realtime.shared.events import Event, moment

# The topic to which every signed-in user may subscribe.
EVERYBODY = "site.0"


def value_event(stream: Stream) -> Event:
    """Return the event with a stream's latest value."""
    return Event(stream.topic, "value", value_data(stream), seq=stream.seq)


def value_data(stream: Stream) -> dict | None:
    """Return a stream's latest value and its time; None before the first."""
    return None if stream.value is None else {**stream.value, "at": moment(stream.value_at)}


def subscription_event(user_id: int, stream: Stream, *, active: bool) -> Event:
    """Return the event that a user subscribed or unsubscribed; ephemeral, because pages load with the state."""
    return Event(user_topic(user_id), "subscription", {"stream": stream.slug, "active": active})


def announcement_event(announcement: Announcement) -> Event:
    """Return the event with an announcement's present state; one that was ended has expired."""
    return Event(EVERYBODY, "announcement", announcement_data(announcement), seq=announcement.seq)


def announcement_data(announcement: Announcement) -> dict:
    return {
        "id": announcement.pk,
        "text": announcement.text,
        "url": announcement.url,
        "created_at": moment(announcement.created_at),
        "expires_at": moment(announcement.expires_at),
    }
