"""The credentials of connections, and whether they still hold. Works with any user model; tokens need this app's."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import batched
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.identity.sessions import RENEWED_EVERY

# SQLite takes 32,766 parameters in a query.
BATCH = 10_000

type Epoch = int | str


class Credentials(NamedTuple):
    """The user of a connection, their sign-in epoch when it opened, and its session or token."""

    user_id: int
    epoch: Epoch
    session_key: str | None = None
    token_id: int | None = None


def epoch_of(user: AbstractBaseUser) -> Epoch:
    """Return a value that changes when all of a user's sign-ins end: a number, or else a hash of the password."""
    epoch: int | None = getattr(user, "session_epoch", None)
    return user.get_session_auth_hash() if epoch is None else epoch


def find_ended(credentials: set[Credentials]) -> set[Credentials]:
    """Return the credentials that are invalid now: signed out, expired, revoked, deactivated, of an older epoch.

    Runs in a thread; three queries for every 10,000.
    """
    epochs = dict(found({each.user_id for each in credentials}, active_people))
    sessions = set(found({each.session_key for each in credentials} - {None}, live_sessions))
    tokens = set(found({each.token_id for each in credentials} - {None}, kept_tokens))
    return {
        each
        for each in credentials
        if epochs.get(each.user_id) != each.epoch
        or (each.session_key is not None and each.session_key not in sessions)
        or (each.token_id is not None and each.token_id not in tokens)
    }


def note_use(credentials: set[Credentials]) -> None:
    """Extend these sessions and note the use of these tokens, because a connection with them is open.

    Two statements for every 10,000. They skip sessions extended in the last day, and tokens noted a short time ago.
    """
    now, age = timezone.now(), timedelta(seconds=settings.SESSION_COOKIE_AGE)
    for keys in batched({each.session_key for each in credentials} - {None}, BATCH):
        due = find_sessions(keys).filter(expire_date__lt=now + age - RENEWED_EVERY)
        due.update(expire_date=now + age)
    for ids in batched({each.token_id for each in credentials if each.token_id is not None}, BATCH):
        from accounts.identity.tokens import note_token_uses  # a site with another user model has no table of tokens

        note_token_uses(ids)


def found(keys: set, find: Callable[[tuple], Iterable]) -> list:
    return [row for some in batched(keys, BATCH) for row in find(some)]


def active_people(ids: tuple[int, ...]) -> Iterable[tuple[int, Epoch]]:
    people = get_user_model()._default_manager.filter(pk__in=ids)
    if apps.is_installed("accounts"):
        return people.filter(is_active=True).values_list("pk", "session_epoch")
    return [(user.pk, epoch_of(user)) for user in people if user.is_active]


def live_session(column: str) -> Q:
    """Return the condition that the session whose key is in this column has not ended.

    Rows without a key pass, and so do all rows on a site that stores its sessions outside of the database.
    """
    store = find_store()
    if not issubclass(store, DatabaseStore):
        return Q()
    live = store.get_model_class().objects.filter(session_key=OuterRef(column), expire_date__gt=timezone.now())
    return Q(**{column: ""}) | Q(Exists(live))


def live_sessions(keys: tuple[str, ...]) -> Iterable[str]:
    return find_sessions(keys).values_list("session_key", flat=True)


def find_sessions(keys: tuple) -> QuerySet:
    """Return the sessions with these keys that have not expired."""
    return find_store().get_model_class().objects.filter(session_key__in=keys, expire_date__gt=timezone.now())


def find_store() -> Any:
    """Return the class of the site's session store."""
    return import_string(f"{settings.SESSION_ENGINE}.SessionStore")


def kept_tokens(ids: tuple[int, ...]) -> Iterable[int]:
    from accounts.models import Token

    return Token.objects.filter(id__in=ids).values_list("id", flat=True)
