"""Who opens a link: the browser's sign-in, or a token in the Authorization header."""

import logging
from collections.abc import Awaitable, Callable
from http.cookies import CookieError, SimpleCookie
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, load_backend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import constant_time_compare

from accounts.credentials import Credentials, epoch_of
from accounts.people import Person
from realtime.errors import CommandError
from realtime.threads import read, write

logger = logging.getLogger(__name__)

type Headers = dict[bytes, bytes]
type Visitor = tuple[AbstractBaseUser | AnonymousUser, Credentials | None]

STRANGER: Visitor = (AnonymousUser(), None)


class AuthenticationMiddleware:
    """Put `user`, `person` (their public face) and `credentials` into the ASGI scope; a stranger has the first only."""

    def __init__(self, app: Callable[..., Awaitable]) -> None:
        self.app = app

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> object:
        user, credentials = await find_visitor(dict(scope["headers"]))
        person = Person.of(user) if isinstance(user, AbstractBaseUser) else None
        return await self.app({**scope, "user": user, "person": person, "credentials": credentials}, receive, send)


async def find_visitor(headers: Headers) -> Visitor:
    """Return who sends these headers: a stranger, too, while the database does not answer."""
    try:
        return await authenticate(headers)
    except CommandError as error:
        logger.warning("A link is refused, its sign-in could not be looked up: %s", error)
        return STRANGER


async def authenticate(headers: Headers) -> Visitor:
    """Return who sends these headers. A token that is not right is not made good by a cookie beside it."""
    if b"authorization" in headers:
        return await authenticate_by_token(headers[b"authorization"])
    return await read(authenticate_by_session, headers.get(b"cookie", b""))


async def authenticate_by_token(header: bytes) -> Visitor:
    if not apps.is_installed("accounts"):
        return STRANGER
    from accounts.tokens import find_token, is_use_due, note_use

    scheme, _, key = header.decode("latin-1").partition(" ")
    token = await read(find_token, key.strip()) if scheme.lower() == "bearer" else None
    if token is None:
        return STRANGER
    if is_use_due(token):
        try:
            await write(note_use, token)
        except CommandError as error:
            logger.warning("The use of token %s was not noted: %s", token.pk, error)
    return token.user, Credentials(token.user.id, token.user.session_epoch, token_id=token.pk)


def authenticate_by_session(cookies: bytes) -> Visitor:
    key = find_session_key(cookies)
    if not key:
        return STRANGER
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = find_session_user(session)
    if user is None:
        return STRANGER
    return user, Credentials(user.pk, epoch_of(user), session_key=key)


def find_session_key(cookies: bytes) -> str | None:
    """Return the key of the session that the cookies name. PostgreSQL cannot look for one with a NUL: it is none."""
    try:
        morsel = SimpleCookie(cookies.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    return morsel.value if morsel and "\0" not in morsel.value else None


def find_session_user(session: SessionBase) -> AbstractBaseUser | None:
    """Return the active person who signed in with this session, unless their sessions were ended since.

    django.contrib.auth.get_user says the same, but it may flush the session or give it a new key, and a
    WebSocket has no response to carry the new cookie: the browser would be signed out.
    """
    path = session.get(BACKEND_SESSION_KEY)
    if path not in settings.AUTHENTICATION_BACKENDS:
        return None
    user = load_backend(path).get_user(session.get(SESSION_KEY))
    if user is None or not is_hash_right(user, session.get(HASH_SESSION_KEY, "")):
        return None
    return user


def is_hash_right(user: AbstractBaseUser, kept: str) -> bool:
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(kept, each) for each in hashes)
