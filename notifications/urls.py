from django.urls import include, path

from notifications.views import centre, preferences, unsubscribe, why

urlpatterns = [
    path("", centre.centre, name="notifications"),
    path("<int:notification_id>/open/", centre.open_one, name="notification_open"),
    path("<int:notification_id>/why/", why.why, name="notification_why"),
    path("held/", why.held, name="notifications_held"),
    path("preferences/", preferences.preferences, name="notification_preferences"),
    path("preferences/preview/", preferences.preview, name="notification_preview"),
    path("do-not-disturb/", preferences.do_not_disturb, name="do_not_disturb"),
    path("unsubscribe/<str:token>/", unsubscribe.unsubscribe, name="notification_unsubscribe"),
    path("", include("notifications.bell_urls")),
]
