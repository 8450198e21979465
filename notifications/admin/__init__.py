"""Django's admin for notifications. Changes go through the services; all other tables are read-only."""

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
