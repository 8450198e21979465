"""What the badge shows."""

from collections.abc import Collection

from django.db.models import Count

from notifications.models import Notification


def count_unread(user_ids: Collection[int]) -> dict[int, int]:
    """Return how many notifications are unread, for each of these people. One query, in the index of the unread."""
    counts = (
        Notification.objects.unread().filter(user__in=user_ids).values_list("user").annotate(Count("pk")).order_by()
    )
    return dict.fromkeys(user_ids, 0) | dict(counts)
