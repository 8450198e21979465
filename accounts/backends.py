"""The authentication backend: finds the user of a login and a password in the same time, whether there is one or not.

Every session in the database names it by its dotted path. Move it, and everybody is signed out.
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
    """Hash what was typed exactly once: several backends, or several names to try, would each hash it again.

    A wrong password ends the search (PermissionDenied), so that no other backend hashes it, too.
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
    """Return whom a username or an e-mail address means, at most one.

    An address that was confirmed is its owner's, whoever else has typed it.
    """
    login = login.strip()
    user = get_user_by_username(login.lower()) or find_by_folded_username(login)
    if user is not None or "@" not in login:
        return user
    return next(iter(find_owners(login)), None)


def find_by_folded_username(login: str) -> User | None:
    """Return the only user with this username in another form: "STRASSE" for "straße"."""
    found = User.objects.filter(folded_username=fold(login))[:2]
    return found[0] if len(found) == 1 else None


def find_owners(email: str) -> list[User]:
    """Return whose address this is: who has confirmed it, or else whom the site knows by it.

    What somebody has typed and not confirmed is not theirs.
    """
    confirmed = EmailAddress.objects.filter(email=email.lower(), verified=True).select_related("user").first()
    return [confirmed.user] if confirmed else list(User.objects.filter(email=email.lower()).order_by("pk"))
