"""The users of many sessions, found in two queries: after a restart all clients reconnect at once."""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model, load_backend
from django.contrib.auth.backends import BaseBackend, ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.crypto import constant_time_compare

type Sessions = Mapping[str, Mapping[str, str]]
type People = Mapping[tuple[str | None, str | None], AbstractBaseUser | None]


def find_signed_in(keys: Sequence[str]) -> list[AbstractBaseUser | None]:
    """Return the active user of each session, or None where the session has none or is no longer valid.

    django.contrib.auth.get_user does the same for one session, but it may flush it or give it a new key, and a
    WebSocket has no response that could carry the new cookie: the browser would be signed out.
    """
    sessions = load_sessions(set(keys))
    people = load_people(sessions)
    return [find_session_user(sessions.get(key, {}), people) for key in keys]


def load_sessions(keys: set[str]) -> Sessions:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    if not issubclass(store, DatabaseStore):
        return {key: dict(store(key).items()) for key in keys}
    live = store.get_model_class().objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    decode = store().decode
    return {key: decode(data) for key, data in live.values_list("session_key", "session_data")}


def load_people(sessions: Sessions) -> People:
    """Return the users of the sessions, by backend and id. A backend that is no longer configured has none."""
    wanted: dict[str, set[str]] = {}
    for session in sessions.values():
        path = session.get(BACKEND_SESSION_KEY)
        if path in settings.AUTHENTICATION_BACKENDS:
            wanted.setdefault(path, set()).add(session[SESSION_KEY])
    return {(path, id): user for path, ids in wanted.items() for id, user in query_backend(load_backend(path), ids)}


def query_backend(backend: BaseBackend, ids: set[str]) -> Iterator[tuple[str, AbstractBaseUser | None]]:
    """Yield the users with these ids: in one query where get_user is Django's own, else one by one."""
    if not isinstance(backend, ModelBackend) or type(backend).get_user is not ModelBackend.get_user:
        yield from ((id, backend.get_user(id)) for id in ids)
        return
    keys = {id: key for id in ids if (key := primary_key(id)) is not None}
    found = get_user_model()._default_manager.in_bulk(keys.values())
    yield from (
        (id, found[key]) for id, key in keys.items() if key in found and backend.user_can_authenticate(found[key])
    )


def primary_key(id: str) -> object | None:
    """Return a user's key in the type of the database, or None for an id from a time when users had other keys."""
    try:
        return get_user_model()._meta.pk.to_python(id)
    except ValidationError:
        return None


def find_session_user(session: Mapping[str, str], people: People) -> AbstractBaseUser | None:
    user = people.get((session.get(BACKEND_SESSION_KEY), session.get(SESSION_KEY)))
    if user is None or not is_hash_right(user, session.get(HASH_SESSION_KEY, "")):
        return None
    return user


def is_hash_right(user: AbstractBaseUser, kept: str) -> bool:
    if constant_time_compare(kept, user.get_session_auth_hash()):
        return True
    return any(constant_time_compare(kept, each) for each in user.get_session_auth_fallback_hash())
