"""System checks: what notifications need of the site that they are on."""

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.core.checks import Error, Tags, register

from accounts.identity.credentials import find_store


@register(Tags.compatibility)
def check_time_zones(app_configs, **kwargs) -> list[Error]:
    """Refuse times without a zone: until tomorrow, quiet hours and the mail of the day are of a person's own zone."""
    if settings.USE_TZ:
        return []
    return [
        Error(
            "USE_TZ is False, and notifications are shown, snoozed and mailed by each person's time zone.",
            hint="Set USE_TZ = True, as new projects have it; Django's documentation says how to move to it.",
            id="notifications.E001",
        )
    ]


@register(Tags.security)
def check_sessions(app_configs, **kwargs) -> list[Error]:
    """Refuse sessions that are not in the database: each connection would be ended as one of a sign-out."""
    if is_in_database():
        return []
    return [
        Error(
            f"Sessions are kept by {settings.SESSION_ENGINE}, where nobody can see whether one has ended.",
            hint="Install django.contrib.sessions, with the SESSION_ENGINE of its backends db or cached_db.",
            id="notifications.E002",
        )
    ]


def is_in_database() -> bool:
    store = find_store()
    if not issubclass(store, DatabaseStore):
        return False
    try:
        store.get_model_class()
    except RuntimeError:  # its app is not installed
        return False
    return True
