"""Stop mails without signing in: by the address that stands in each of them."""

from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction
from django.urls import NoReverseMatch, reverse

from notifications.delivery.addresses import absolute
from notifications.listing import find_kind
from notifications.models import Preferences
from notifications.rules import is_locked
from notifications.services.ruling import load_rules

EVERYTHING = "*"
SALT = "notifications.unsubscribe"


class Stop(NamedTuple):
    """Whose mails end, and of which kind; EVERYTHING: all of them."""

    user_id: int
    kind: str


def unsubscribe_url(user_id: int, kind: str) -> str:
    """Return the address that ends a person's mails of a kind. It holds as long as the site's secret key does."""
    token = signing.dumps([user_id, kind], salt=SALT, compress=False)
    try:
        return absolute(reverse("notification_unsubscribe", args=[token]))
    except NoReverseMatch:
        return ""


def read_token(token: str) -> Stop | None:
    """Return what an address says; None for one that we did not make, or whose person is no more."""
    try:
        user_id, kind = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    known = (
        isinstance(user_id, int)
        and isinstance(kind, str)
        and get_user_model()._default_manager.filter(pk=user_id).exists()
    )
    return Stop(user_id, kind) if known else None


@transaction.atomic
def stop_mails(stop: Stop) -> None:
    """Send that person no more mails of that kind. One whose mails they cannot switch off alone ends all of them."""
    preferences, _ = Preferences.objects.select_for_update().get_or_create(user_id=stop.user_id)
    rules = load_rules([stop.user_id])[stop.user_id].rules
    if stop.kind == EVERYTHING or is_locked(find_kind(stop.kind), "mail", rules):
        preferences.mail = Preferences.Mail.NEVER
    else:
        chosen = preferences.channels.get(stop.kind, {})
        preferences.channels = preferences.channels | {stop.kind: chosen | {"mail": False}}
    preferences.save(update_fields=["mail", "channels"])
