"""The settings of notifications and their defaults."""

from django.conf import settings

DEFAULTS = {
    # Limits of one stream's token in each process. Values are also throttled before they are published.
    "STREAM_NEWS_PER_MINUTE": 60,
    "STREAM_VALUES_PER_SECOND": 250,
    "PUSH_AFTER_SECONDS": 5,  # a user with the page open reads it within this time and needs no push
    "DELIVERIES_BY_WORKER": False,  # True: `manage.py worker` sends pushes and emails instead of the servers
    "DELIVERY_TRIES": 8,
    "HELD_DAYS": 30,
    "NOTIFICATIONS_BY_EMAIL": True,
    # Dotted path of a function that describes the offline page. Without one the service worker leaves requests alone:
    # on another site they are not ours to answer.
    "NOTIFICATIONS_OFFLINE_PAGE": None,
    "SITE_URL": "http://localhost:8000",
    "SITE_NAME": "",
}


def setting(name: str):
    return getattr(settings, name, DEFAULTS[name])
