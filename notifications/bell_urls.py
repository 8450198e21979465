"""URLs of the bell alone, for another site that embeds it (docs/embedding.md). `urls.py` adds the pages."""

from django.urls import path

from notifications.inbox.views import api

urlpatterns = [
    path("panel.json", api.panel, name="notifications_panel"),
    path("list.json", api.listing, name="notifications_list"),
    path("read.json", api.mark_as_read, name="notification_read"),
    path("archive.json", api.archive, name="notification_archive"),
    path("restore.json", api.restore, name="notification_restore"),
    path("snooze.json", api.snooze, name="notification_snooze"),
]
