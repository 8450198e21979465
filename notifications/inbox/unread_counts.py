"""The unread counts that badges show."""

from collections.abc import Collection

from notifications.models.statements import count_unread_rows
from realtime.shared.topic_ids import UserKey

MOST_COUNTED = 1_000  # badges show "99+" or "999+"


def count_unread(user_ids: Collection[UserKey]) -> dict[UserKey, int]:
    """Return the unread count of each of these users, at most MOST_COUNTED.

    One query for each 500 users, on the index of unread notifications.
    """
    ordered = list(user_ids)
    return dict(zip(ordered, count_unread_rows(ordered, MOST_COUNTED), strict=True))
