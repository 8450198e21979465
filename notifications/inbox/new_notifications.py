"""Services that notify users: the list at once, pushes and emails when they are due."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, models, transaction
from django.utils import timezone

from accounts.identity.people import user_topic
from notifications import kinds
from notifications.destinations import is_destination
from notifications.inbox.bulk_insert import insert_rows
from notifications.inbox.events import notification_event
from notifications.inbox.targets import target_number
from notifications.inbox.unread_counts import count_unread
from notifications.models import Notification, Stream
from notifications.rules.stored_rules import rule_over
from realtime.engine.publish import publish
from realtime.engine.sequences import lock_new, number_each
from realtime.shared.topic_ids import UserKey

PEOPLE_A_BATCH = 1_000
TITLE_CHARACTERS = 200
BODY_CHARACTERS = 500
# SQLite has no queue of writers: a waiting one tries again after 25 ms, later after 50 and 100 ms.
BREATH_SECONDS = 0.03


@dataclass
class NotificationDraft:
    """One notification for one user. `key`: a later draft with the same key for the same user is ignored."""

    user_id: UserKey
    kind: str
    title: str
    body: str = ""
    url: str = ""
    actor: AbstractBaseUser | None = None
    target: models.Model | None = None
    data: dict = field(default_factory=dict)
    key: str | None = None
    group: str = ""
    group_position: int | None = None
    stream: Stream | None = None


def notify(
    *,
    to: object,
    kind: str,
    title: str,
    body: str = "",
    url: str = "",
    actor: AbstractBaseUser | None = None,
    target: models.Model | None = None,
    data: dict | None = None,
    key: str | None = None,
    group: str = "",
    group_position: int | None = None,
) -> None:
    """Notify a user, a stream's subscribers, or a queryset or list of users.

    The list shows the notifications of one `group` as one row; `group_position` is its position in the group, for
    mark_groups_read().

    Inside a transaction it is part of it: after a rollback nobody is notified. Outside, each thousand users are a
    transaction of their own, so that other writers get their turn; with a `key` the call can simply be repeated after a
    crash. Raises UnknownKindError; ValueError for unsaved objects, an empty title, or a URL that is neither a path nor
    an http(s) address; and TypeError for recipients that are no users. `await anotify(…)` does the same from async
    code.
    """
    users = find_users(to)
    stream = to if isinstance(to, Stream) else None
    drafts = [
        NotificationDraft(
            user_id, kind, title, body, url, actor, target, data or {}, key, group, group_position, stream
        )
        for user_id in dict.fromkeys(users)
    ]
    notify_each(drafts)


anotify = sync_to_async(notify)


def find_users(to: object) -> Iterable[UserKey]:
    if isinstance(to, get_user_model()):
        return [find_user_id(to)]
    if isinstance(to, Stream):
        return to.subscribers().values_list("pk", flat=True)
    if isinstance(to, models.QuerySet):
        if not issubclass(to.model, get_user_model()):  # their ids would be mistaken for user ids
            raise not_people(to.model)
        return to.values_list("pk", flat=True)
    if isinstance(to, Iterable) and not isinstance(to, str):
        return [find_user_id(user) for user in to]
    raise not_people(to)


def find_user_id(user: object) -> UserKey:
    if not isinstance(user, get_user_model()):
        raise not_people(user)
    if user.pk is None:
        raise ValueError("notify() cannot notify a user who is not saved yet: save them first.")
    return user.pk


def not_people(to: object) -> TypeError:
    return TypeError(f"notify() needs a user, a stream, or a queryset or list of users, not {to!r}.")


def notify_each(drafts: Sequence[NotificationDraft]) -> None:
    """Notify each user of their draft. Ten queries at most for each thousand."""
    for draft in drafts:
        check_draft(draft)
    # Topics are locked in the order of their names, over all batches, so that two calls never deadlock.
    ordered = sorted(drafts, key=lambda draft: user_topic(draft.user_id))
    for number, batch in enumerate(batched(ordered, PEOPLE_A_BATCH, strict=False)):
        if number:
            let_others_write()
        store_batch(batch)


def check_draft(draft: NotificationDraft) -> None:
    kinds.find_kind(draft.kind)
    if not str(draft.title or "").strip():
        raise ValueError("A notification needs a title: the list, pushes and emails start with it.")
    for name, thing in (("target", draft.target), ("actor", draft.actor)):
        if thing is not None and not isinstance(thing, models.Model):
            raise TypeError(f"The {name} of a notification must be a model instance, not {thing!r}.")
    if draft.target is not None and draft.target.pk is None:
        raise ValueError(
            f"{draft.target!r} is not saved yet, so retract() could not find its notifications: save it first."
        )
    if draft.actor is not None and draft.actor.pk is None:
        raise ValueError(f"The actor {draft.actor!r} is not saved yet: save them first.")
    if draft.url and not is_destination(draft.url):
        raise ValueError(f"The url of a notification must be a path or an http(s) address, not {draft.url!r}.")
    if not isinstance(draft.data, dict):
        raise TypeError(f"The data of a notification must be a dict, not {draft.data!r}.")


def let_others_write() -> None:
    """Pause between two transactions on SQLite, so that chat messages can be written in between."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        time.sleep(BREATH_SECONDS)


def store_batch(drafts: Sequence[NotificationDraft]) -> None:
    """Decide one batch, then number, insert and publish it. Work that needs no lock is done before the transaction."""
    now = timezone.now()
    rows = rule_over([new_row(draft, now) for draft in drafts], now)
    for row in rows:
        row.title = cut_text(row.title, TITLE_CHARACTERS)
    insert(rows)


@transaction.atomic
def insert(rows: Sequence[Notification]) -> None:
    """Number, insert and publish, leaving out repeated keys.

    Held ones are only inserted: they are in no list, so they get no number and no event.
    """
    rows = without_repeats(rows)
    listed = [row for row in rows if not row.held]
    for row, seq in zip(listed, number_each(user_topic(row.user_id) for row in listed), strict=True):
        row.position = row.seq = seq
    insert_rows(rows)
    unread = count_unread({row.user_id for row in listed}) if listed else {}
    publish([notification_event(row, unread[row.user_id]) for row in listed])


def without_repeats(rows: Sequence[Notification]) -> Sequence[Notification]:
    """Leave out users who have a notification with that key. Locks their topics first, against concurrent calls."""
    keyed = {(row.user_id, row.key): row for row in rows if row.key is not None}
    if not keyed:
        return rows
    lock_new(user_topic(user_id) for user_id, _ in keyed)
    repeated = Notification.objects.filter(
        user__in={user_id for user_id, _ in keyed}, key__in={key for _, key in keyed}
    ).values_list("user_id", "key")
    before = set(repeated)
    return [
        *(row for row in rows if row.key is None),
        *(row for name, row in keyed.items() if name not in before),
    ]


def new_row(draft: NotificationDraft, now: datetime) -> Notification:
    return Notification(
        user_id=draft.user_id,
        kind=draft.kind,
        key=draft.key,
        group=draft.group,
        group_position=draft.group_position,
        stream=draft.stream,
        actor=draft.actor,  # type: ignore[misc]  # a person of any site
        target_type=draft.target._meta.label_lower if draft.target else "",
        target_id=target_number(draft.target) if draft.target else None,
        title=draft.title,
        body=cut_text(str(draft.body), BODY_CHARACTERS),
        url=draft.url,
        data=draft.data,
        created_at=now,
    )


def cut_text(text: str, most: int) -> str:
    """Return a text without NULs, cut to a number of characters; a combining accent counts as one."""
    text = text.replace("\0", "")
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
