from typing import Any

from realtime.engine.topics import Topic
from realtime.shared.topic_ids import read_uuid


class MatchTopic(Topic):
    """Who watches a match: for all members."""

    prefix = "match"
    presence = True
    read_id = staticmethod(read_uuid)

    @classmethod
    def authorize(cls, pairs: set[tuple[Any, Any]]) -> set[tuple[Any, Any]]:
        return pairs

    def missed(self, after: int, limit: int) -> list:
        return []
