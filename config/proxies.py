"""Whose word is taken for who asks, and over what: only a proxy's, known by its address."""

from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

type Network = IPv4Network | IPv6Network

# Not all that ipaddress calls private: that has documentation's and test networks, too.
PRIVATE = tuple(map(ip_network, ("127.0.0.0/8", "::1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))


class Proxies:
    """Those that are believed. Without any, nobody is; `is_private`: this machine and its private network are.

    `named` are those of an address of their own. Where several stand one behind the other, each writes into
    X-Forwarded-For whom it saw; those that are named are no clients. Private addresses may be clients', too.
    """

    def __init__(self, named: Sequence[Network] = (), *, is_private: bool = False) -> None:
        self.named = tuple(named)
        self.networks = (PRIVATE if is_private else ()) + self.named
        self.is_local = is_private  # who comes over a Unix socket is on this machine

    def __bool__(self) -> bool:
        return bool(self.networks)

    def __contains__(self, client: Sequence | None) -> bool:
        """Say whether a scope's `client` (address and port; none over a Unix socket) is one of them."""
        if not client:
            return self.is_local
        try:
            address = ip_address(client[0])
        except ValueError:
            return False
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped  # as a socket that listens on both has it
        return any(address in network for network in self.networks)


class BelieveProxies:
    """Take from a request what only a proxy may say, unless one of ours said it. Outermost, under every server."""

    def __init__(self, app: Callable[..., Awaitable], proxies: Proxies) -> None:
        self.app = app
        self.proxies = proxies

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        if "headers" in scope:
            headers = scope["headers"]
            if scope.get("client") not in self.proxies:
                headers = [pair for pair in headers if not is_from_proxies(pair[0])]
            scope = scope | {"headers": normalize_host(headers, scope.get("scheme", "http"))}
        await self.app(scope, receive, send)


def is_from_proxies(name: bytes) -> bool:
    name = name.lower().replace(b"_", b"-")
    return name.startswith(b"x-forwarded-") or name in (b"forwarded", b"x-real-ip", b"x-request-id")


def normalize_host(headers: list[tuple[bytes, bytes]], scheme: str) -> list[tuple[bytes, bytes]]:
    """Return the headers with a Host as browsers write it.

    Some proxies add the port that everybody leaves out; Django would take each form for one of another site.
    """
    said = next((value for name, value in headers if name == b"x-forwarded-proto"), scheme.encode())
    port = b":443" if said.partition(b",")[0].strip() in (b"https", b"wss") else b":80"
    if not any(name == b"host" and value.endswith(port) for name, value in headers):
        return headers
    return [(name, value.removesuffix(port) if name == b"host" else value) for name, value in headers]
