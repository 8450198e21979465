"""What let a live link in, and whether it still would. Any site's people will do; tokens are for our own."""

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
    """Who came, when (by the epoch of their sign-ins), and by which sign-in or token."""

    user_id: int
    epoch: Epoch
    session_key: str | None = None
    token_id: int | None = None


def epoch_of(user: AbstractBaseUser) -> Epoch:
    """Return what is another when all of a person's sign-ins were ended: a number, or else a hash of their password."""
    epoch: int | None = getattr(user, "session_epoch", None)
    return user.get_session_auth_hash() if epoch is None else epoch


def find_ended(credentials: set[Credentials]) -> set[Credentials]:
    """Return those that would be refused now: signed out, expired, revoked, deactivated, of an older epoch.

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
    """Put the end of these sessions off, and note the use of these tokens: they are in use while a connection is open.

    Two statements for every 10,000, which change what was last changed a while ago.
    """
    now, age = timezone.now(), timedelta(seconds=settings.SESSION_COOKIE_AGE)
    for keys in batched({each.session_key for each in credentials} - {None}, BATCH):
        due = find_sessions(keys).filter(expire_date__lt=now + age - RENEWED_EVERY)
        due.update(expire_date=now + age)
    for ids in batched({each.token_id for each in credentials if each.token_id is not None}, BATCH):
        from accounts.identity.tokens import note_token_uses  # another site has no table of tokens

        note_token_uses(ids)


def found(keys: set, find: Callable[[tuple], Iterable]) -> list:
    return [row for some in batched(keys, BATCH) for row in find(some)]


def active_people(ids: tuple[int, ...]) -> Iterable[tuple[int, Epoch]]:
    people = get_user_model()._default_manager.filter(pk__in=ids)
    if apps.is_installed("accounts"):
        return people.filter(is_active=True).values_list("pk", "session_epoch")
    return [(user.pk, epoch_of(user)) for user in people if user.is_active]


def live_session(column: str) -> Q:
    """Return the condition that the session which a row names goes on.

    A row that names none passes, and so do all where the site keeps its sessions outside of the database.
    """
    store = find_store()
    if not issubclass(store, DatabaseStore):
        return Q()
    live = store.get_model_class().objects.filter(session_key=OuterRef(column), expire_date__gt=timezone.now())
    return Q(**{column: ""}) | Q(Exists(live))


def live_sessions(keys: tuple[str, ...]) -> Iterable[str]:
    return find_sessions(keys).values_list("session_key", flat=True)


def find_sessions(keys: tuple) -> QuerySet:
    """Return those of these sessions that go on."""
    return find_store().get_model_class().objects.filter(session_key__in=keys, expire_date__gt=timezone.now())


def find_store() -> Any:
    """Return the class by which the site keeps its sessions."""
    return import_string(f"{settings.SESSION_ENGINE}.SessionStore")


def kept_tokens(ids: tuple[int, ...]) -> Iterable[int]:
    from accounts.models import Token

    return Token.objects.filter(id__in=ids).values_list("id", flat=True)
