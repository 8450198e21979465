"""Streams and announcements on the wire: who may listen, and what was missed."""

from notifications.models import Announcement, Stream
from notifications.stream_access import find_visible
from notifications.stream_events import announcement_event, value_event
from realtime.events import Event
from realtime.topic_ids import UserKey
from realtime.topics import Topic


class StreamTopic(Topic):
    """The latest value of a stream: `stream.3`. Those who may see the stream listen.

    Staff change who that is in many ways (its rule, a group, somebody's groups), so it is looked at again and again.
    """

    prefix = "stream"

    @classmethod
    def authorize(cls, pairs: set[tuple[UserKey, int]]) -> set[tuple[UserKey, int]]:
        return find_visible(pairs)

    def missed(self, after: int, limit: int) -> list[Event]:
        """Return the latest value, if it was told after that: the ones before are overtaken."""
        return [value_event(stream) for stream in Stream.objects.filter(pk=self.id, seq__gt=after)]


class SiteTopic(Topic):
    """What concerns everybody who is signed in: `site.0`."""

    prefix = "site"

    @classmethod
    def authorize(cls, pairs: set[tuple[UserKey, int]]) -> set[tuple[UserKey, int]]:
        return {pair for pair in pairs if pair[1] == 0}

    def missed(self, after: int, limit: int) -> list[Event] | None:
        rows = list(Announcement.objects.filter(seq__gt=after).order_by("seq")[: limit + 1])
        return None if len(rows) > limit else [announcement_event(row) for row in rows]
