"""What the erasure of a user changes in notifications: theirs are deleted, others' say "Deleted user"."""

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
    """Do one step of what notifications has to do for the erasure of an account, and say whether more is left."""
    return delete_private(erasure.user_id)


def erase_user(user) -> None:
    """Delete what is private to a user, and take their name out of what others were told; in short transactions.

    For sites with users of their own, before they make one anonymous: the user keeps row and name until then.
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
    """Delete what only this user sees, and say whether notifications are left: there may be many."""
    for model in PRIVATE:
        model.objects.filter(user=user_id).delete()
    Announcement.dismissed_by.through.objects.filter(**{dismissing_user(): user_id}).delete()
    ids = list(Notification.objects.filter(user=user_id).order_by().values_list("pk", flat=True)[:ROWS_A_STEP])
    Notification.objects.filter(pk__in=ids).delete()
    return len(ids) == ROWS_A_STEP


def dismissing_user() -> str:
    """Return the name of the column, which is that of the site's own model: "user", "member"."""
    return Announcement._meta.get_field("dismissed_by").m2m_reverse_field_name()


@transaction.atomic
def rewrite_titles(found: NotificationQuerySet, rewrite: Rewrite, after: int) -> int | None:
    """Give the next of these notifications other titles, and return the id of the last one; None: there are no more."""
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
