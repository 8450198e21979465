"""Whose address a link comes from, behind a proxy too."""

from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address

from django.conf import settings


def client_address(scope: dict) -> str:
    """Return the address that opened the link; behind a proxy, the one that the proxy saw."""
    forwarded = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return find_address(forwarded, (scope.get("client") or [""])[0])


def find_address(forwarded: Iterable[str], peer: str) -> str:
    """Return the last address of X-Forwarded-For; what stands before it is the client's own word.

    Without a proxy, and where the proxy wrote no address at all, it is the peer's own.
    """
    *_, last = [""] if not getattr(settings, "BEHIND_PROXY", False) else ["", *forwarded]
    return read_address(last.rpartition(",")[2].strip()) or peer


def read_address(text: str) -> str | None:
    """Return the IP address in `text` without the port that some proxies write behind it; None: there is none."""
    host = text
    if text.startswith("["):
        host = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        host = text.partition(":")[0]
    try:
        return str(ip_address(host))
    except ValueError:
        return None


def network_of(address: str) -> str:
    """Return what is counted as one client: an IPv4 address, or the network of 64 bits that one IPv6 client has."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return address
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return f"{IPv6Address(int(ip) >> 64 << 64)}/64"
