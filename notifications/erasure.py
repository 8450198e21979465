"""The erasure of a user's notifications: their own are deleted, and the titles of others' say "Deleted user"."""

from collections.abc import Callable

from django.db import transaction

from accounts.identity.people import name_of
from accounts.names.bidi_isolation import isolate
from accounts.names.validators import ERASED_NAME
from notifications.inbox.state_changes import change
from notifications.models import (
    Announcement,
    Device,
    GroupRule,
    Inbox,
    Keyword,
    KeywordGroup,
    Lease,
    Notification,
    Preferences,
    Subscription,
)
from notifications.models.querysets import NotificationQuerySet
from realtime.engine.publish import end_connections

PRIVATE = (Device, GroupRule, Inbox, Keyword, KeywordGroup, Lease, Preferences, Subscription)
ROWS_A_STEP = 500
TITLES_A_STEP = 200
TITLE_CHARACTERS = 200

type Rewrite = Callable[[Notification], str]


def erase_own(erasure, progress: dict) -> bool:
    """Do one step of erasing a user's notifications. Return whether more is left."""
    return delete_private(erasure.user_id)


def erase_user(user) -> None:
    """Delete a user's private rows and replace their name in other users' notifications, in short transactions.

    For sites with their own user model, to be called before they anonymise the user: it needs the user's row and name.
    """
    end_connections(user.pk)
    while delete_private(user.pk):
        pass
    name = isolate(name_of(user))

    def rewritten(row: Notification) -> str:
        return (
            ERASED_NAME + row.title.removeprefix(name) if row.title.startswith((f"{name} ", f"{name}: ")) else row.title
        )

    after: int | None = 0
    while after is not None:
        after = rewrite_titles(Notification.objects.filter(actor=user.pk), rewritten, after)


@transaction.atomic
def delete_private(user_id) -> bool:
    """Delete the rows that only this user sees, notifications 500 a call. Return whether notifications are left."""
    for model in PRIVATE:
        model.objects.filter(user=user_id).delete()
    Announcement.dismissed_by.through.objects.filter(**{dismissing_user(): user_id}).delete()
    ids = list(Notification.objects.filter(user=user_id).order_by().values_list("pk", flat=True)[:ROWS_A_STEP])
    Notification.objects.filter(pk__in=ids).delete()
    return len(ids) == ROWS_A_STEP


def dismissing_user() -> str:
    """Return the name of the user field of the many-to-many table; it depends on the site's user model: "member"."""
    return Announcement._meta.get_field("dismissed_by").m2m_reverse_field_name()


@transaction.atomic
def rewrite_titles(found: NotificationQuerySet, rewrite: Rewrite, after: int) -> int | None:
    """Rewrite the titles of the next notifications after an id. Return the last id, or None when there are no more."""
    some = list(found.filter(pk__gt=after).exclude(title="").order_by("pk")[:TITLES_A_STEP])
    changed: dict[str, list[int]] = {}
    for row in some:
        if (title := rewrite(row)) != row.title:
            changed.setdefault(title[:TITLE_CHARACTERS], []).append(row.pk)
    for title, ids in changed.items():
        these = Notification.objects.filter(pk__in=ids)
        these.filter(held=True).update(title=title)
        change(these.filter(held=False), title=title)
    return some[-1].pk if len(some) == TITLES_A_STEP else None
