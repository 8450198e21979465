"""Authentication of connections: by the browser's session, or by a token in the Authorization header."""

import logging
from collections.abc import Awaitable, Callable

from django.apps import apps
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import parse_cookie

from accounts.identity.credentials import Credentials, epoch_of
from accounts.identity.languages import browser_language, chosen_language
from accounts.identity.people import Person
from accounts.identity.session_users import find_signed_in
from realtime.conf import limits
from realtime.engine.admission import find_refusal
from realtime.engine.refusals import Refusal, signed_out, unavailable
from realtime.shared.batches import Batches
from realtime.shared.each_loop import EachLoop
from realtime.shared.errors import CommandError
from realtime.shared.headers import Headers, join_headers
from realtime.shared.threads import read, readers, write

logger = logging.getLogger(__name__)

type Visitor = tuple[AbstractBaseUser | AnonymousUser, Credentials | None]

STRANGER: Visitor = (AnonymousUser(), None)

_lookups = EachLoop[Batches[str, AbstractBaseUser | None]](
    lambda: Batches(readers, find_signed_in, limits.READS_WAITING)
)


class AuthenticationMiddleware:
    """Add `user`, `person` (their public data), `credentials`, `refusal` and `language` to the ASGI scope.

    Without a valid session or token, `user` is anonymous, `person` and `credentials` are None, and `refusal` has the
    reason. A handshake from another site's page, or above the rate limit, is refused before any lookup.
    """

    def __init__(self, app: Callable[..., Awaitable]) -> None:
        self.app = app

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> object:
        headers = join_headers(scope["headers"])
        refusal = find_refusal(scope, headers)
        user, credentials = STRANGER
        if refusal is None:
            (user, credentials), refusal = await find_visitor(headers)
        person = Person.of(user) if isinstance(user, AbstractBaseUser) else None
        language = find_language(user, credentials, headers)
        found = {"user": user, "person": person, "credentials": credentials, "refusal": refusal, "language": language}
        return await self.app({**scope, **found}, receive, send)


def find_language(user: AbstractBaseUser | AnonymousUser, credentials: Credentials | None, headers: Headers) -> str:
    """Return the language of a connection's errors. With a token, Accept-Language counts and the profile does not."""
    chosen = chosen_language(user) if credentials and credentials.session_key else ""
    return chosen or browser_language(headers.get(b"accept-language", b"").decode("latin-1"))


async def find_visitor(headers: Headers) -> tuple[Visitor, Refusal | None]:
    """Return the user of these headers, and a refusal if there is none, also where the database does not answer."""
    try:
        visitor = await authenticate(headers)
    except CommandError as error:
        return STRANGER, unavailable(error)
    return visitor, refuse_stranger(headers) if visitor is STRANGER else None


def refuse_stranger(headers: Headers) -> Refusal:
    if b"authorization" in headers:
        return signed_out("its token is not known.", by_token=True)
    if find_session_key(headers.get(b"cookie", b"")):
        return signed_out("its session is not known, or has ended.")
    return signed_out("it has neither a session nor a token.")


async def authenticate(headers: Headers) -> Visitor:
    """Return the user of these headers. A wrong token is refused even if a valid cookie comes with it."""
    if b"authorization" in headers:
        return await authenticate_by_token(headers[b"authorization"])
    return await authenticate_by_session(headers.get(b"cookie", b""))


async def authenticate_by_token(header: bytes) -> Visitor:
    if not apps.is_installed("accounts"):
        return STRANGER
    from accounts.identity.tokens import find_token, is_use_due, note_token_use

    scheme, _, key = header.decode("latin-1").partition(" ")
    token = await read(find_token, key.strip()) if scheme.lower() == "bearer" else None
    if token is None:
        return STRANGER
    if is_use_due(token):
        try:
            await write(note_token_use, token)
        except CommandError as error:
            logger.warning("Could not store the last use of token %s: %s", token.pk, error)
    return token.user, Credentials(token.user.id, token.user.session_epoch, token_id=token.pk)


async def authenticate_by_session(cookies: bytes) -> Visitor:
    key = find_session_key(cookies)
    user = await _lookups.get().add(key) if key else None
    if user is None:
        return STRANGER
    return user, Credentials(user.pk, epoch_of(user), session_key=key)


def find_session_key(cookies: bytes) -> str | None:
    """Return the session key in the cookies. One with a NUL counts as none: PostgreSQL cannot search for it."""
    key = parse_cookie(cookies.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
    return key if key and "\0" not in key else None
