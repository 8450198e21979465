"""Which handshakes are looked at any further: decided before one costs a query."""

from time import monotonic

from realtime.address import client_address, network_of
from realtime.conf import limits
from realtime.gathering import EachLoop
from realtime.headers import Headers
from realtime.origin import is_trusted
from realtime.rate_limit import Buckets

NETWORKS_KEPT = 1_000

_handshakes = EachLoop[Buckets](lambda: Buckets(limits.CONNECTS_PER_10_SECONDS / 10, limits.CONNECTS_BURST))


def is_admitted(scope: dict, headers: Headers) -> bool:
    """Say whether a WebSocket's sign-in may be looked up. Counts the handshake: to be asked once for each.

    A browser sends its cookie whatever page opens the socket, so without a token the page must be one of ours.
    """
    handshakes, now = _handshakes.get(), monotonic()
    if len(handshakes) > NETWORKS_KEPT:
        handshakes.sweep(now)
    if handshakes.take(network_of(client_address(scope)), now):
        return False
    return b"authorization" in headers or is_trusted(headers, scope.get("scheme", "ws"))
