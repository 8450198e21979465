"""What an operator sets of notifications, and what holds on a site whose settings do not say."""

from django.conf import settings

DEFAULTS = {
    # Who has the page open reads at once, and needs no push.
    "PUSH_AFTER_SECONDS": 5,
    "PUSH_TRIES": 6,
    "MAIL_TRIES": 8,
    "HELD_DAYS": 30,
    "SITE_URL": "http://localhost:8000",
    "SITE_NAME": "Hubbub",
}


def setting(name: str):
    return getattr(settings, name, DEFAULTS[name])
