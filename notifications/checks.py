"""System checks of the settings that notifications depend on."""

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.core.checks import Error, Tags, register

from accounts.identity.credentials import find_store


@register(Tags.compatibility)
def check_time_zones(app_configs, **kwargs) -> list[Error]:
    """Refuse USE_TZ = False: "until tomorrow", quiet hours and the daily email use each user's own time zone."""
    if settings.USE_TZ:
        return []
    return [
        Error(
            "USE_TZ is False, but notifications are shown, snoozed and emailed in each user's time zone.",
            hint="Set USE_TZ = True, the default of new projects. Django's documentation describes the migration.",
            id="notifications.E001",
        )
    ]


@register(Tags.security)
def check_sessions(app_configs, **kwargs) -> list[Error]:
    """Refuse sessions that are not in the database: every connection would be closed as if its user had signed out."""
    if is_in_database():
        return []
    return [
        Error(
            f"Sessions are stored by {settings.SESSION_ENGINE}, where Hubbub cannot check whether one has ended.",
            hint="Install django.contrib.sessions and set SESSION_ENGINE to its backend db or cached_db.",
            id="notifications.E002",
        )
    ]


def is_in_database() -> bool:
    store = find_store()
    if not issubclass(store, DatabaseStore):
        return False
    try:
        store.get_model_class()
    except RuntimeError:  # the sessions app is not installed
        return False
    return True
