from django.contrib import admin
from django.urls import include, path
from guild import views

urlpatterns = [
    path("", views.hall),
    path("admin/", admin.site.urls),
    path("notifications/", include("notifications.bell_urls")),
]
