"""Known browsers of a user, which have a cookie from an earlier sign-in, and known addresses.

The cookie is the "device cookie" of https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies.
It signs nobody in; it only separates the limits of a user's own browser from those of a stranger who guesses.
"""

import secrets

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

COOKIE = "device"
COOKIE_SECONDS = 365 * 24 * 3600
ADDRESS_SECONDS = 30 * 24 * 3600
PEOPLE_A_DEVICE = 5  # a family, a shared computer


def find_known_device(request: HttpRequest, user: AbstractBaseUser) -> str | None:
    """Return the id of the request's browser if this user has signed in with it before, else None."""
    device, *proofs = request.COOKIES.get(COOKIE, "").split(".")
    proof = sign_device(device, user)
    return device if any(constant_time_compare(proof, each) for each in proofs) else None


def remember_device(request: HttpRequest, response: HttpResponse, user: AbstractBaseUser) -> None:
    """Set the cookie that proves from now on that this user has signed in with this browser."""
    device, *proofs = request.COOKIES.get(COOKIE, "").split(".")
    device = device or secrets.token_urlsafe(16)
    proof = sign_device(device, user)
    response.set_cookie(
        COOKIE,
        ".".join([device, proof, *(each for each in proofs if each != proof)][: PEOPLE_A_DEVICE + 1]),
        max_age=COOKIE_SECONDS,
        path=reverse("account_login"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def sign_device(device: str, user: AbstractBaseUser) -> str:
    """Return a proof that only this server can make. It does not reveal the user."""
    return salted_hmac("accounts.known_devices", f"{device} {user.pk}", algorithm="sha256").hexdigest()


def is_usual_address(address: str, user: AbstractBaseUser) -> bool:
    return cache.get(address_key(address, user), False)


def remember_address(address: str, user: AbstractBaseUser) -> None:
    cache.set(address_key(address, user), True, ADDRESS_SECONDS)


def address_key(address: str, user: AbstractBaseUser) -> str:
    return f"signed-in-from:{user.pk}:{address}"
