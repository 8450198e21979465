"""The trusted proxies: only they may set the headers with a client's address, host and scheme."""

from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

type Network = IPv4Network | IPv6Network

# Not `is_private` of ipaddress, which also includes networks for documentation and tests.
PRIVATE = tuple(map(ip_network, ("127.0.0.0/8", "::1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))


class Proxies:
    """The trusted proxies; empty: none. `is_private`: this machine and its private network are trusted.

    `named`: those with an address of their own in the setting. In a chain of proxies each appends the address that it
    saw to X-Forwarded-For; a named proxy in there is no client. Private addresses may be clients'.
    """

    def __init__(self, named: Sequence[Network] = (), *, is_private: bool = False) -> None:
        self.named = tuple(named)
        self.networks = (PRIVATE if is_private else ()) + self.named
        self.is_local = is_private  # a peer on a Unix socket is on this machine

    def __bool__(self) -> bool:
        return bool(self.networks)

    def __contains__(self, client: Sequence | None) -> bool:
        """Return whether a scope's `client` (address and port; None for a Unix socket) is a trusted proxy."""
        if not client:
            return self.is_local
        if not self.networks:
            return False
        address = parse_address(client[0])
        return address is not None and any(address in network for network in self.networks)


@lru_cache(maxsize=1024)
def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    # A socket for both IP versions reports IPv4 as mapped.
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


class BelieveProxies:
    """ASGI middleware, the outermost, that removes proxy headers unless a trusted proxy sent them."""

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
    """Return the headers with Host as browsers write it.

    Some proxies add the default port, and Django would treat the two forms as different sites.
    """
    proto = next((value for name, value in headers if name == b"x-forwarded-proto"), scheme.encode())
    port = b":443" if proto.partition(b",")[0].strip() in (b"https", b"wss") else b":80"
    if not any(name == b"host" and value.endswith(port) for name, value in headers):
        return headers
    return [(name, value.removesuffix(port) if name == b"host" else value) for name, value in headers]
