"""The signed link in each email that unsubscribes without signing in."""

from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import NoReverseMatch, reverse

from notifications.delivery.links import absolute
from notifications.kinds import find_or_generic
from notifications.models import Preferences
from notifications.rules.decisions import is_locked
from notifications.rules.stored_rules import load_rules
from realtime.shared.topic_ids import UserKey, pack_user_key, unpack_user_key

EVERYTHING = "*"
SALT = "notifications.unsubscribe"


class Stop(NamedTuple):
    """The user and the kind whose emails end; EVERYTHING means all kinds."""

    user_id: Any  # a primary key, of the kind that the site's users have
    kind: str


def unsubscribe_url(user_id: UserKey, kind: str) -> str:
    """Return the link that ends a user's emails of a kind. It is valid as long as the site's secret key."""
    try:
        return absolute(reverse("notification_unsubscribe", args=[make_token(user_id, kind)]))
    except NoReverseMatch:
        return ""


def make_token(user_id: UserKey, kind: str) -> str:
    return signing.dumps([pack_user_key(user_id), kind], salt=SALT, compress=False)


def read_token(token: str) -> Stop | None:
    """Return the content of a token; None if its signature is wrong or its user no longer exists."""
    try:
        key, kind = signing.loads(token, salt=SALT)
        user_id = unpack_user_key(key)
    except (signing.BadSignature, ValueError, TypeError, ValidationError):
        return None
    known = isinstance(kind, str) and get_user_model()._default_manager.filter(pk=user_id).exists()
    return Stop(user_id, kind) if known else None


@transaction.atomic
def stop_emails(stop: Stop) -> None:
    """Turn off a user's emails of a kind. If that kind's emails are locked, turn off all emails."""
    preferences, _ = Preferences.objects.select_for_update().get_or_create(user_id=stop.user_id)
    rules = load_rules([stop.user_id])[stop.user_id].rules
    if stop.kind == EVERYTHING or is_locked(find_or_generic(stop.kind), "mail", rules):
        preferences.mail = Preferences.EmailMode.NEVER
    else:
        chosen = preferences.channels.get(stop.kind, {})
        preferences.channels = preferences.channels | {stop.kind: chosen | {"mail": False}}
    preferences.save(update_fields=["mail", "channels"])
