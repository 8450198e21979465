"""Keys for clients that are no browser: making, finding, noting their use."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.models import Token

# How exact "last used" is. Without it, every connect would be a write.
USE_NOTED_EVERY = timedelta(minutes=5)


def make_key() -> str:
    return "hub_" + secrets.token_urlsafe(32)


def digest(key: str) -> str:
    """Return what is kept of a key. 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(key.encode()).hexdigest()


def find_token(key: str) -> Token | None:
    """Return the token of an active person. One query."""
    return Token.objects.select_related("user").filter(digest=digest(key), user__is_active=True).first()


def is_use_due(token: Token) -> bool:
    return token.last_used_at is None or token.last_used_at < timezone.now() - USE_NOTED_EVERY


def note_token_use(token: Token) -> None:
    note_token_uses([token.pk])


def note_token_uses(ids: Iterable[int]) -> None:
    """Note that these tokens are used now, where that is due. One statement."""
    now = timezone.now()
    due = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_NOTED_EVERY)
    Token.objects.filter(due, pk__in=list(ids)).update(last_used_at=now)
