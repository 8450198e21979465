"""Django's admin of notifications: what is changed there goes through the services, the rest is there to look at."""

from notifications.admin.announcements import AnnouncementAdmin
from notifications.admin.deliveries import DeliveryAdmin
from notifications.admin.kinds import KindDefaultAdmin
from notifications.admin.notifications import NotificationAdmin
from notifications.admin.preferences import PreferencesAdmin
from notifications.admin.streams import StreamAdmin

__all__ = [
    "AnnouncementAdmin",
    "DeliveryAdmin",
    "KindDefaultAdmin",
    "NotificationAdmin",
    "PreferencesAdmin",
    "StreamAdmin",
]
