"""The addresses that the bell itself needs, for a site of its own (docs/embedding.md); `urls.py` has the pages, too."""

from django.urls import path

from notifications.inbox.views import api

urlpatterns = [
    path("panel.json", api.panel, name="notifications_panel"),
    path("list.json", api.listing, name="notifications_list"),
    path("read.json", api.read, name="notification_read"),
    path("archive.json", api.archive, name="notification_archive"),
    path("restore.json", api.restore, name="notification_restore"),
    path("snooze.json", api.snooze, name="notification_snooze"),
]
