"""The authentication backend, which takes the same time for an unknown user as for a wrong password.

Every session in the database contains its dotted path, so moving it signs everybody out.
"""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.userkit import get_user_by_username
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.models import User
from accounts.names.folded_text import fold


class PasswordBackend(AuthenticationBackend):
    """Hash the typed password exactly once: several backends, or several users with that login, would each hash it.

    Raises PermissionDenied for a wrong password. This ends Django's search, so that no other backend hashes it.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        password = credentials.get("password")
        if not password:
            return None
        user = find_by_login(credentials.get("username") or credentials.get("email") or "")
        if user is None:
            self._mitigate_timing_attack(password)
        if not self._check_password(user, password):
            raise PermissionDenied
        return user


def find_by_login(login: str) -> User | None:
    """Return the user with this username or email address, or None.

    A confirmed address belongs to the user who confirmed it, even if other users have typed it.
    """
    login = login.strip()
    user = get_user_by_username(login.lower()) or find_by_folded_username(login)
    if user is not None or "@" not in login:
        return user
    return next(iter(find_owners(login)), None)


def find_by_folded_username(login: str) -> User | None:
    """Return the user with this username in another form ("STRASSE" for "straße"), unless several users have it."""
    found = User.objects.filter(folded_username=fold(login))[:2]
    return found[0] if len(found) == 1 else None


def find_owners(email: str) -> list[User]:
    """Return the user who confirmed this address, or else all users whose account has it.

    An address that a user has typed and not yet confirmed does not count.
    """
    confirmed = EmailAddress.objects.filter(email=email.lower(), verified=True).select_related("user").first()
    return [confirmed.user] if confirmed else list(User.objects.filter(email=email.lower()).order_by("pk"))
