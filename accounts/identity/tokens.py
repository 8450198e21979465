"""Tokens of clients other than browsers: their keys, their lookup, and when they were last used."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.models import Token

# How exact `last_used_at` is. Without this bound, every new connection would write to the database.
USE_NOTED_EVERY = timedelta(minutes=5)


def make_key() -> str:
    return "hub_" + secrets.token_urlsafe(32)


def digest(key: str) -> str:
    """Return the SHA-256 that is stored of a key. 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(key.encode()).hexdigest()


def find_token(key: str) -> Token | None:
    """Return the token with this key if its user is active. One query."""
    return Token.objects.select_related("user").filter(digest=digest(key), user__is_active=True).first()


def is_use_due(token: Token) -> bool:
    return token.last_used_at is None or token.last_used_at < timezone.now() - USE_NOTED_EVERY


def note_token_use(token: Token) -> None:
    note_token_uses([token.pk])


def note_token_uses(ids: Iterable[int]) -> None:
    """Set `last_used_at` of these tokens, except where it is younger than USE_NOTED_EVERY. One statement."""
    now = timezone.now()
    due = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_NOTED_EVERY)
    Token.objects.filter(due, pk__in=list(ids)).update(last_used_at=now)
