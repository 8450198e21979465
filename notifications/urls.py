from django.urls import include, path

from notifications.delivery.email.views import unsubscribe
from notifications.delivery.push import views as devices
from notifications.inbox.views import explanations, inbox
from notifications.rules.views import do_not_disturb, preferences, preview

urlpatterns = [
    path("", inbox.show_page, name="notifications"),
    path("<int:notification_id>/open/", inbox.open_one, name="notification_open"),
    path("<int:notification_id>/why/", explanations.why, name="notification_why"),
    path("held/", explanations.held, name="notifications_held"),
    path("preferences/", preferences, name="notification_preferences"),
    path("preferences/preview/", preview, name="notification_preview"),
    path("do-not-disturb/", do_not_disturb, name="do_not_disturb"),
    path("devices/state.json", devices.state, name="push_devices"),
    path("devices/register.json", devices.register_browser, name="push_register"),
    path("devices/see.json", devices.see, name="push_see"),
    path("devices/<int:device_id>/rename.json", devices.rename, name="push_rename"),
    path("devices/<int:device_id>/remove.json", devices.remove_device, name="push_remove"),
    path("devices/<int:device_id>/test.json", devices.send_test, name="push_test"),
    path("unsubscribe/<str:token>/", unsubscribe, name="notification_unsubscribe"),
    path("", include("notifications.bell_urls")),
]
