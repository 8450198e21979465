"""Whose address a link comes from, behind a proxy too."""

from django.conf import settings


def client_address(scope: dict) -> str:
    """Return the address that opened the link; behind a proxy, the one that the proxy saw.

    That is the last of X-Forwarded-For. What stands before it is the client's own word.
    """
    forwarded = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    if getattr(settings, "BEHIND_PROXY", False) and forwarded:
        return forwarded[-1].decode("latin-1").rpartition(",")[2].strip()
    return (scope.get("client") or [""])[0]
