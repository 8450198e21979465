"""Rows of the list, each for one group and kind; static/js/models/notification-groups.js does the same for the bell."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext

from accounts.identity.people import name_of
from notifications.models import Notification


def group_rows(rows: Iterable[Notification]) -> list[Notification]:
    """Return the newest notification of each group and kind, unread ones apart, with `ids` of all and a `heading`.

    A notification without a group is a row of its own.
    """
    groups: dict[object, list[Notification]] = {}
    for row in rows:
        groups.setdefault(key_of(row), []).append(row)
    return [lead(some) for some in groups.values()]


def key_of(row: Notification) -> object:
    if not row.group:
        return row.pk
    return row.group, row.kind, row.read_at is None, row.archived_at is None, row.snoozed_until


def lead(some: Sequence[Notification]) -> Notification:
    newest: Any = some[0]
    newest.ids = [row.pk for row in some]
    newest.heading = write_heading(some)
    return newest


def write_heading(some: Sequence[Notification]) -> str:
    """Return the heading of a row: "Ana wrote to you" becomes "Ana and 4 others wrote to you" for several actors."""
    newest = some[0]
    name = name_of(newest.actor) if newest.actor else ""
    if name and newest.title.startswith(name):
        names = {row.actor_id: name_of(row.actor) for row in some if row.actor}
        return name_some(list(names.values())) + newest.title.removeprefix(name)
    if len(some) == 1:
        return newest.title
    return gettext("%(title)s, and %(count)s more") % {"title": newest.title, "count": len(some) - 1}


def name_some(names: Sequence[str]) -> str:
    """Return "Ana", "Ana and Bob", or "Ana and 4 others"."""
    if len(names) == 1:
        return names[0]
    if len(names) == 2:
        return gettext("%(name)s and %(other)s") % {"name": names[0], "other": names[1]}
    return gettext("%(name)s and %(count)s others") % {"name": names[0], "count": len(names) - 1}
