"""The events of a user's notifications after a seq, read from the database for a catch-up."""

from notifications.inbox.events import inbox_event, notification_event
from notifications.inbox.unread_counts import count_unread
from notifications.models import Inbox, Notification
from notifications.models.stream_access import hide_streams
from realtime.shared.events import Event


def notifications_missed(user_id: int, after: int, limit: int) -> list[Event] | None:
    """Return the events with a seq above `after`; None if there are more than `limit`. Four queries."""
    rows = list(Notification.objects.filter(user=user_id).changed_since(after)[: limit + 1])
    inboxes = list(Inbox.objects.filter(user=user_id, seq__gt=after))
    if len(rows) + len(inboxes) > limit:
        return None
    if not rows and not inboxes:
        return []
    hide_streams(rows)
    unread = count_unread([user_id])[user_id]
    events = [notification_event(row, unread) for row in rows] + [inbox_event(inbox, unread) for inbox in inboxes]
    return sorted(events, key=lambda event: event.seq or 0)
