"""The events of streams and announcements."""

from accounts.identity.people import user_topic
from notifications.models import Announcement, Stream
from realtime.shared.events import Event, moment

# The topic that everybody who is signed in may hear.
EVERYBODY = "site.0"


def value_event(stream: Stream) -> Event:
    """Return a stream's latest value."""
    return Event(stream.topic, "value", value_data(stream), seq=stream.seq)


def value_data(stream: Stream) -> dict | None:
    """Return what a stream's value is and since when; None before the first."""
    return None if stream.value is None else {**stream.value, "at": moment(stream.value_at)}


def subscription_event(user_id: int, stream: Stream, *, active: bool) -> Event:
    """Return whether a person hears of a stream; ephemeral: each page that is drawn says so itself."""
    return Event(user_topic(user_id), "subscription", {"stream": stream.slug, "active": active})


def announcement_event(announcement: Announcement) -> Event:
    """Return an announcement as it now is; one that was taken back has expired."""
    return Event(EVERYBODY, "announcement", announcement_data(announcement), seq=announcement.seq)


def announcement_data(announcement: Announcement) -> dict:
    return {
        "id": announcement.pk,
        "text": announcement.text,
        "url": announcement.url,
        "created_at": moment(announcement.created_at),
        "expires_at": moment(announcement.expires_at),
    }
