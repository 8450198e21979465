"""Erasure of an account: its personal data is deleted, and its messages are shown as those of "Deleted user".

The account and its private data change in one transaction. Rooms and the notifications of others follow in short
transactions of a scheduled job, because no page can wait until a million messages are changed.
"""

import logging
from datetime import timedelta
from time import monotonic
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts import services
from accounts.identity.credentials import find_store
from accounts.models import Erasure, User
from accounts.names.lookalikes import skeleton
from accounts.names.validators import ERASED_NAME
from realtime.shared.database_errors import is_outage

logger = logging.getLogger(__name__)

# A write that began before the erasure (a post, a saved profile) ends within the longest time of a statement.
# A second pass erases what it has written.
SECOND_PASS_AFTER = timedelta(seconds=10)
PASSES = 2
RETRY_AFTER = timedelta(minutes=1)
SECONDS_A_TURN = 0.5  # of each second: the rest is for the requests of users
ERASURES_A_TURN = 10
SESSIONS_A_STEP = 500

type Progress = dict[str, Any]


@transaction.atomic
def erase_account(user: User, *, with_messages: bool = False) -> Erasure:
    """Make an account anonymous permanently, and return the erasure, whose remaining work a scheduled job does.

    `with_messages` also deletes its messages. Calls each of ACCOUNTS_ERASURE_FOLLOWERS with the erasure and its
    progress: the first time in this transaction, with an empty progress, and after it returned True, again, in a
    transaction of its own. There are two passes.
    """
    user.refresh_from_db()
    erasure, _ = Erasure.objects.get_or_create(user=user)
    erasure.user = user
    if user.erased_at is None:
        erasure.names = list(dict.fromkeys([user.name, user.username]))
    erasure.with_messages |= with_messages
    erasure.progress, erasure.passes, erasure.due_at = {}, 0, timezone.now()
    forget_addresses(user)
    anonymise(user)
    for path in settings.ACCOUNTS_ERASURE_FOLLOWERS:
        follow(erasure, path)
    user.save()
    user.groups.clear()
    user.user_permissions.clear()
    services.end_sessions(user)
    erasure.save()
    return erasure


def anonymise(user: User) -> None:
    """Clear every field of an account that identifies its user, without saving it."""
    if user.erased_at is None:
        user.username, user.erased_at = find_free_username(user), timezone.now()
        user.shares_username = False
    user.display_name, user.first_name, user.last_name, user.email = ERASED_NAME, "", "", ""
    user.time_zone, user.language, user.browser_language = "UTC", "", ""
    user.last_login, user.date_joined = None, user.erased_at
    user.is_active = user.is_staff = user.is_superuser = False
    user.set_unusable_password()
    services.replace_avatar(user, None)


def find_free_username(user: User) -> str:
    """Return "deleted-7", or "deleted-7-2" where an account has it from before such names were reserved."""
    others = User.objects.exclude(pk=user.pk)
    names = (f"deleted-{user.pk}{suffix}" for suffix in ("", *(f"-{number}" for number in range(2, 100))))
    taken = others.filter(username_skeleton__startswith=f"deleted-{user.pk}").values_list(
        "username_skeleton", flat=True
    )
    return next(name for name in names if skeleton(name) not in set(taken))


def forget_addresses(user: User) -> None:
    """Delete the email addresses, and replace them and the username in the admin's log."""
    addresses = EmailAddress.objects.filter(user=user)
    known = {user.username, user.email, *addresses.values_list("email", flat=True)} - {""}
    if user.erased_at is None:
        LogEntry.objects.filter(object_repr__in=known).update(object_repr=ERASED_NAME)
    addresses.delete()


def continue_erasures() -> None:
    """Do a part of each erasure that is due. A scheduled job, which may run in any number of processes."""
    due = Erasure.objects.filter(due_at__lte=timezone.now()).order_by("due_at")
    for erasure_id in list(due.values_list("pk", flat=True)[:ERASURES_A_TURN]):
        try:
            continue_erasure(erasure_id, SECONDS_A_TURN)
        except Exception as error:
            if is_outage(error):
                raise
            logger.exception("Erasure %s failed; the next try is in a minute", erasure_id)
            Erasure.objects.filter(pk=erasure_id).update(due_at=timezone.now() + RETRY_AFTER)


def continue_erasure(erasure_id: int, seconds: float | None = None) -> bool:
    """Do the rest of a pass, or as much as fits into `seconds`, and say whether the pass is done."""
    end = None if seconds is None else monotonic() + seconds
    while take_step(erasure_id):
        if end is not None and monotonic() >= end:
            return False
    return True


@transaction.atomic
def take_step(erasure_id: int) -> bool:
    """Do one step of a pass, and say whether more is left: False, without waiting, while another process has it."""
    locked = Erasure.objects.select_for_update(skip_locked=True).filter(pk=erasure_id, due_at__lte=timezone.now())
    erasure = locked.first()
    if erasure is None:
        return False
    if not erasure.progress:
        forget_addresses(erasure.user)
        anonymise(erasure.user)
        erasure.user.save()
    path = next((path for path in settings.ACCOUNTS_ERASURE_FOLLOWERS if not is_done(erasure, path)), None)
    if path is not None:
        follow(erasure, path)
        erasure.save(update_fields=["progress"])
        return True
    finish_pass(erasure)
    return False


def is_done(erasure: Erasure, path: str) -> bool:
    return erasure.progress.get(path, {}).get("done", False)


def follow(erasure: Erasure, path: str) -> None:
    progress: Progress = erasure.progress.setdefault(path, {})
    progress["done"] = not import_string(path)(erasure, progress)


def finish_pass(erasure: Erasure) -> None:
    erasure.passes += 1
    if erasure.passes >= PASSES:
        erasure.delete()
        return
    erasure.progress, erasure.due_at = {}, timezone.now() + SECOND_PASS_AFTER
    erasure.save()


def erase_sessions(erasure: Erasure, progress: Progress) -> bool:
    """Delete the sessions of an account. They are invalid already, but contain its username or address."""
    store = find_store()
    if not issubclass(store, DatabaseStore):
        return False
    after = progress.get("after", "")
    found = store.get_model_class().objects.filter(session_key__gt=after).order_by("session_key")
    some = list(found[:SESSIONS_A_STEP])
    for session in some:
        if session.get_decoded().get(SESSION_KEY) == str(erasure.user_id):
            store(session.session_key).delete()
    progress["after"] = some[-1].session_key if some else after
    return len(some) == SESSIONS_A_STEP
