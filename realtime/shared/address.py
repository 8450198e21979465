"""Whose address a link comes from, behind a proxy too."""

from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address

from django.conf import settings


def client_address(scope: dict) -> str:
    """Return the address that opened the link; behind a proxy, the one that the proxy saw."""
    forwarded = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return find_address(forwarded, (scope.get("client") or [""])[0])


def find_address(forwarded: Iterable[str], peer: str) -> str:
    """Return the last address of X-Forwarded-For that is no proxy's; what stands before it is the client's own word.

    Each proxy of a chain adds whom it saw: the next one's address is behind the client's, and known by its name in
    BEHIND_PROXY. Without a proxy, and where the proxy wrote no address at all, it is the peer's own.
    """
    found = peer
    if getattr(settings, "BEHIND_PROXY", False):
        for part in reversed(",".join(forwarded).split(",")):
            address = read_address(part.strip())
            if address is None:
                break
            found = address
            if not is_named_proxy(address):
                break
    return found


def is_named_proxy(address: str) -> bool:
    return any(ip_address(address) in network for network in getattr(settings, "NAMED_PROXIES", ()))


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
