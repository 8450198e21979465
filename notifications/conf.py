"""What an operator sets of notifications, and what holds on a site whose settings do not say."""

from django.conf import settings

DEFAULTS = {
    # What one stream's token may do in each process. News are for people; values are thinned before they are told.
    "STREAM_NEWS_PER_MINUTE": 60,
    "STREAM_VALUES_PER_SECOND": 250,
    "PUSH_AFTER_SECONDS": 5,  # who has the page open reads at once, and needs no push
    "DELIVERIES_BY_WORKER": False,  # the processes that serve leave them to manage.py worker
    "DELIVERY_TRIES": 8,
    "HELD_DAYS": 30,
    "NOTIFICATIONS_BY_MAIL": True,
    # Where a function is that describes a page for when there is no connection. Without one the service worker answers
    # no requests: another site's are its own affair.
    "NOTIFICATIONS_OFFLINE_PAGE": None,
    "SITE_URL": "http://localhost:8000",
    "SITE_NAME": "",
}


def setting(name: str):
    return getattr(settings, name, DEFAULTS[name])
