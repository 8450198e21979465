"""The network address of a client, also behind proxies."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from django.conf import settings


def client_address(scope: dict) -> str:
    """Return the address that opened the connection; behind a proxy, the one that the proxy saw."""
    forwarded = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return find_address(forwarded, (scope.get("client") or [""])[0])


def find_address(forwarded: Iterable[str], peer: str) -> str:
    """Return the last address of X-Forwarded-For that is not a proxy's. Earlier ones can be forged by the client.

    Each proxy of a chain appends the address that it saw. So the next proxy's address comes after the client's, and
    is recognized because BEHIND_PROXY names it. Without a proxy, or if the proxy wrote no address, return the peer's.
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
    """Return the IP address in `text` without the port that some proxies append; None where there is none."""
    host = text
    if text.startswith("["):
        host = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        host = text.partition(":")[0]
    try:
        return str(ip_address(host))
    except ValueError:
        return None


@lru_cache(maxsize=4096)  # a handshake calls it four times
def network_of(address: str) -> str:
    """Return the key under which a client is counted: its IPv4 address, or its IPv6 network of 64 bits."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return address
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return f"{IPv6Address(int(ip) >> 64 << 64)}/64"
