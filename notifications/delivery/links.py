"""The links in emails and pushes, which are opened outside of the site."""

from urllib.parse import urlsplit

from django.urls import NoReverseMatch, reverse

from notifications.conf import setting
from notifications.models import Notification


def absolute(path: str) -> str:
    """Return a path as a URL of this site, and a URL unchanged."""
    return path if path.startswith(("https://", "http://")) else setting("SITE_URL") + path


def site_host() -> str:
    return urlsplit(setting("SITE_URL")).hostname or "localhost"


def site_name() -> str:
    return setting("SITE_NAME") or site_host()


def link_to(row: Notification) -> str:
    return absolute(path_to(row))


def path_to(row: Notification) -> str:
    """Return the path that opens a notification and marks it as read; for a held one its own URL."""
    path = row.url or inbox_path()
    return path if row.held else find_path("notification_open", row.pk) or path


def inbox_path() -> str:
    return find_path("notifications") or "/"


def find_path(name: str, *arguments: object) -> str:
    """Return the path of a page; "" if this site does not serve it."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
