from collections.abc import Callable
from typing import Any, ClassVar

from realtime.engine.topics import Topic
from realtime.shared.events import Event
from realtime.shared.topic_ids import UserKey, read_user_key

type Part = Callable[[Any, int, int], list[Event] | None]


class PersonTopic(Topic):
    """The topic of one user's own events, `user.7`. Only that user can subscribe.

    Other apps store its events. The configuration fills `parts` with a function of each app:
    (user id, after, limit) → the events with a seq above `after`, or None where there are more than `limit`.
    """

    prefix = "user"
    parts: ClassVar[list[Part]] = []
    read_id = staticmethod(read_user_key)

    @classmethod
    def authorize(cls, pairs: set[tuple[UserKey, UserKey]]) -> set[tuple[UserKey, UserKey]]:
        return {pair for pair in pairs if pair[0] == pair[1]}

    def missed(self, after: int, limit: int) -> list[Event] | None:
        events: list[Event] = []
        for part in self.parts:
            some = part(self.id, after, limit)
            if some is None or len(events) + len(some) > limit:
                return None
            events += some
        return sorted(events, key=lambda event: event.seq or 0)
