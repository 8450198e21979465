from django.contrib import admin
from django.urls import include, path

from accounts.views import avatar

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("media/avatars/<str:name>", avatar),
    path("notifications/", include("notifications.urls")),
    path("", include("notifications.stream_urls")),
    path("", include("chat.urls")),
]
