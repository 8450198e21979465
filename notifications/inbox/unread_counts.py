"""The unread counts, as the badge shows them."""

from collections.abc import Collection

from notifications.models.statements import count_unread_rows
from realtime.shared.topic_ids import UserKey

MOST_COUNTED = 1_000  # people read "99+" and "999+"


def count_unread(user_ids: Collection[UserKey]) -> dict[UserKey, int]:
    """Return how many notifications are unread, for each of these people; at most MOST_COUNTED, for so many or more.

    One query for each 500, in the index of the unread.
    """
    ordered = list(user_ids)
    return dict(zip(ordered, count_unread_rows(ordered, MOST_COUNTED), strict=True))
