"""The topics of streams and announcements: their access, and the events that a subscriber missed."""

from collections.abc import Mapping

from notifications.models import Announcement, Stream
from notifications.models.stream_access import find_visible
from notifications.streams.events import announcement_event, value_event
from realtime.engine.topics import Topic
from realtime.shared.events import Event
from realtime.shared.topic_ids import UserKey

VALUE_CHARACTERS = 200  # approximate size of an event with a value and its label


class StreamTopic(Topic):
    """The latest value of a stream: `stream.3`, for users who may see the stream.

    Access changes in many ways (the stream's rule, a group, a user's groups), so the engine checks it again regularly.
    """

    prefix = "stream"
    reads_many = True

    @classmethod
    def authorize(cls, pairs: set[tuple[UserKey, int]]) -> set[tuple[UserKey, int]]:
        return find_visible(pairs)

    @classmethod
    def measure_missed(cls, cursors: Mapping[int, int], limit: int) -> dict[int, int | None]:  # noqa: ARG003
        return dict.fromkeys(cursors, VALUE_CHARACTERS)

    @classmethod
    def missed_many(cls, cursors: Mapping[int, int]) -> dict[int, list[Event]]:
        """Return the latest value of each stream if it is newer than the cursor; older values no longer matter."""
        streams = Stream.objects.filter(pk__in=cursors)
        return {stream.pk: [value_event(stream)] for stream in streams if stream.seq > cursors[stream.pk]}


class SiteTopic(Topic):
    """The announcements, for every signed-in user: `site.0`."""

    prefix = "site"

    @classmethod
    def authorize(cls, pairs: set[tuple[UserKey, int]]) -> set[tuple[UserKey, int]]:
        return {pair for pair in pairs if pair[1] == 0}

    def missed(self, after: int, limit: int) -> list[Event] | None:
        rows = list(Announcement.objects.filter(seq__gt=after).order_by("seq")[: limit + 1])
        return None if len(rows) > limit else [announcement_event(row) for row in rows]
