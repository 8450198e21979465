"""Limits on password attempts (docs/decisions/0013): guessing is slow, and does not lock the account's owner out.

The rates are in ACCOUNT_RATE_LIMITS, some of them under names that allauth does not have.
"""

from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import RateLimitUsage, consume, get_ip
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from accounts.backends import find_by_login
from accounts.sign_in.known_devices import find_known_device, is_usual_address, remember_address


class TryUsage:
    """The limits that one attempt has used. allauth rolls them back after a right password."""

    def __init__(self) -> None:
        self._usages: list[RateLimitUsage] = []

    def consume(self, request: HttpRequest, action: str, key: str) -> bool:
        usage = consume(request, app="allauth.account", action=action, key=key)
        if usage is None:
            self.rollback()
            return False
        self._usages.append(usage)
        return True

    def rollback(self) -> None:
        for usage in self._usages:
            usage.rollback()
        self._usages = []


def consume_try(request: HttpRequest, login: str) -> TryUsage | None:
    """Count a password attempt for that login, and return its usage, or None if it is one too many.

    Raises ImmediateHttpResponse (429) for an address with too many attempts, right or wrong.
    """
    usage = TryUsage()
    if is_confirming(request, login):
        return usage
    user, address = find_by_login(login), get_ip(request)
    name = f"#{user.pk}" if user else login.strip().lower()
    device = find_known_device(request, user) if user else None
    if device:
        return usage if ratelimit.consume(request, action="login_on_known_device", key=f"{device} {name}") else None
    if not ratelimit.consume(request, action="login_by_address"):
        raise ImmediateHttpResponse(ratelimit.respond_429(request))
    if not usage.consume(request, "login_failed", f"{address} {name}"):
        return None
    if user and is_usual_address(address, user):
        return usage
    return usage if usage.consume(request, "login_failed_by_name", name) else None


def is_confirming(request: HttpRequest, login: str) -> bool:
    """Say whether a signed-in user confirms their own password, which allauth counts by user."""
    return request.user.is_authenticated and request.user.get_username() == login


def remember_place(request: HttpRequest, user: AbstractBaseUser) -> None:
    """Mark the request's address as known to this user, and its browser by a cookie that KnownDeviceMiddleware sets."""
    remember_address(get_ip(request), user)
    request.known_user = user  # type: ignore[attr-defined]
