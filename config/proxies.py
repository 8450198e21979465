"""Whose word is taken for who asks, and over what: only a proxy's, known by its address."""

from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

type Network = IPv4Network | IPv6Network

# Not all that ipaddress calls private: that has documentation's and test networks, too.
PRIVATE = tuple(map(ip_network, ("127.0.0.0/8", "::1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))


class Proxies:
    """Those that are believed. Without any, nobody is; `is_local`: who comes over a Unix socket is one."""

    def __init__(self, networks: Sequence[Network] = (), *, is_local: bool = False) -> None:
        self.networks = networks
        self.is_local = is_local

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


ON_THIS_NETWORK = Proxies(PRIVATE, is_local=True)


class BelieveProxies:
    """Take from a request what only a proxy may say, unless one of ours said it. Outermost, under every server."""

    def __init__(self, app: Callable[..., Awaitable], proxies: Proxies) -> None:
        self.app = app
        self.proxies = proxies

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        if "headers" in scope and scope.get("client") not in self.proxies:
            scope = scope | {"headers": [pair for pair in scope["headers"] if not is_from_proxies(pair[0])]}
        await self.app(scope, receive, send)


def is_from_proxies(name: bytes) -> bool:
    name = name.lower().replace(b"_", b"-")
    return name.startswith(b"x-forwarded-") or name in (b"forwarded", b"x-real-ip")
