from django.contrib import admin
from django.urls import include, path

from accounts.pages.views import serve_avatar
from notifications.delivery.push.service_worker import service_worker

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("media/avatars/<str:name>", serve_avatar),
    path("notifications/", include("notifications.urls")),
    path("service-worker.js", service_worker, name="service_worker"),
    path("", include("notifications.streams.urls")),
    path("", include("chat.urls")),
]
