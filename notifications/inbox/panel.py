"""The initial data of the bell: the unread count, the panel's list, and every URL that it needs."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from accounts.identity.people import person_data, user_topic
from notifications import kinds
from notifications.inbox.events import notification_data
from notifications.inbox.unread_counts import count_unread
from notifications.models import Notification
from notifications.models.querysets import NotificationQuerySet
from notifications.models.stream_access import hide_streams
from notifications.rules.do_not_disturb import find_quiet_until
from realtime.engine.sequences import find_epoch, heads
from realtime.shared import socket_path
from realtime.shared.events import moment

ROWS = 30

URLS = {
    "panel": "notifications_panel",
    "read": "notification_read",
    "archive": "notification_archive",
    "restore": "notification_restore",
    "snooze": "notification_snooze",
    "all": "notifications",
    "preferences": "notification_preferences",
    "see": "push_see",
}


def bell_data(user, request: HttpRequest | None = None) -> dict:
    """Return the initial data of the bell on a page: the user, the panel, the kinds, the URLs.

    `request`: the page's request, which decides whether the WebSocket's URL is one of this host.
    """
    return {
        "me": person_data(user),
        "topic": user_topic(user.pk),
        "epoch": find_epoch(),
        "site": getattr(settings, "SITE_NAME", ""),
        "panel": panel_data(user),
        "kinds": {kind.name: {"label": str(kind.label), "icon": kind.icon} for kind in kinds.all_kinds()},
        "urls": {**bell_urls(), "socket": socket_path.find_socket_url(request)},
    }


def panel_data(user) -> dict:
    """Return the panel's rows, unread first, and the end of "do not disturb". Six queries.

    The head is read first: a change in between arrives as an event again.
    """
    quiet_until = moment(find_quiet_until(user))
    return {**inbox_state(user.pk), "quiet_until": quiet_until, **rows_data(panel_rows(user.pk), ROWS)}


def panel_rows(user_id: int) -> list[Notification]:
    """Return up to one row more than is shown, which tells whether there are more."""
    rows = Notification.objects.filter(user=user_id)
    unread = list(rows.filtered(show="unread").page()[: ROWS + 1])
    read = rows.filtered().exclude(read_at=None).page()
    return unread + list(read[: ROWS + 1 - len(unread)])


def list_page_data(rows: NotificationQuerySet, *, before: int | None) -> dict:
    """Return a page of the list below a position."""
    return rows_data(list(rows.page(before=before)[: ROWS + 1]), ROWS)


def rows_data(rows: list[Notification], limit: int) -> dict:
    hide_streams(rows)
    return {"notifications": [notification_data(row) for row in rows[:limit]], "more": len(rows) > limit}


def inbox_state(user_id: int) -> dict:
    """Return the head of the user's topic, and an unread count that is at least as new."""
    topic = user_topic(user_id)
    return {"seq": heads([topic])[topic], "unread": count_unread([user_id])[user_id]}


def bell_urls() -> dict[str, str | None]:
    """Return the URLs for the bell; {id} stands for a notification's id. A page that is not served is None."""
    why = reverse_or_none("notification_why", 0)
    return {
        **{name: reverse_or_none(url_name) for name, url_name in URLS.items()},
        "why": why and why.replace("/0/", "/{id}/"),
        "sign_in": settings.LOGIN_URL if settings.LOGIN_URL.startswith("/") else reverse_or_none(settings.LOGIN_URL),
    }


def reverse_or_none(name: str, *arguments: object) -> str | None:
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return None
