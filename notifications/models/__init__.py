"""The tables of notifications: notifications, settings, deliveries and streams."""

from notifications.models.delivery import Delivery, Lease
from notifications.models.device import Device, ServerKey
from notifications.models.notification import Inbox, Notification
from notifications.models.preferences import GroupRule, Keyword, KeywordGroup, KindDefault, Preferences
from notifications.models.stream import Announcement, Point, Stream, Subscription

__all__ = [
    "Announcement",
    "Delivery",
    "Device",
    "GroupRule",
    "Inbox",
    "Keyword",
    "KeywordGroup",
    "KindDefault",
    "Lease",
    "Notification",
    "Point",
    "Preferences",
    "ServerKey",
    "Stream",
    "Subscription",
]
