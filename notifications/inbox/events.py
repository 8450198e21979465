"""The events of a user's notifications, on the user's own topic."""

from accounts.identity.people import person_data, user_topic
from notifications.kinds import find_or_generic
from notifications.models import Inbox, Notification
from notifications.rules.decisions import QUIET
from realtime.shared.events import Event, moment


def notification_event(notification: Notification, unread: int) -> Event:
    """Return the event with a notification's present state and the unread count. Actor and stream must be loaded."""
    data = {"notification": notification_data(notification), "unread": unread}
    return Event(user_topic(notification.user_id), "notification", data, seq=notification.seq)


def inbox_event(inbox: Inbox, unread: int) -> Event:
    """Return the event that everything up to a position is read."""
    data = {"read_up_to": inbox.read_up_to, "unread": unread}
    return Event(user_topic(inbox.user_id), "inbox", data, seq=inbox.seq)


def notification_data(notification: Notification) -> dict:
    return {
        "id": notification.pk,
        "position": notification.position,
        "seq": notification.seq,
        "kind": notification.kind,
        "group": notification.group,
        "actor": person_data(notification.actor) if notification.actor else None,
        "title": notification.title,
        "body": notification.body,
        "url": notification.url,
        "data": notification.data,
        "created_at": moment(notification.created_at),
        "read_at": moment(notification.read_at),
        "archived_at": moment(notification.archived_at),
        "snoozed_until": moment(notification.snoozed_until),
        "retracted": notification.retracted_at is not None,
        "quiet": find_or_generic(notification.kind).quiet or notification.decisions.get("app") in QUIET,
        "stream": {"slug": notification.stream.slug, "name": notification.stream.name} if notification.stream else None,
    }
