"""Streams and announcements in Django's admin: it changes them through the services, so people hear of it."""

from notifications.admin.announcements import AnnouncementAdmin
from notifications.admin.streams import StreamAdmin

__all__ = ["AnnouncementAdmin", "StreamAdmin"]
