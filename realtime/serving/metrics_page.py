"""`GET /metrics` for Prometheus: the metrics of every worker of this server, for permitted clients."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from hmac import compare_digest
from ipaddress import IPv4Network, IPv6Network, ip_address

from django.conf import settings

from realtime.serving.exposition import CONTENT_TYPE, find_families, merge, render_metrics
from realtime.serving.metrics_exchange import exchange
from realtime.shared.address import client_address
from realtime.shared.headers import join_headers

PATH = "/metrics"

type Headers = list[tuple[bytes, bytes]]


class MetricsPage:
    """ASGI middleware that answers `/metrics`, where METRICS_TOKEN or METRICS_NETWORKS is set."""

    def __init__(self, app: Callable[..., Awaitable]) -> None:
        self.app = app

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        if scope["path"] != PATH or not (settings.METRICS_TOKEN or settings.METRICS_NETWORKS):
            await self.app(scope, receive, send)
        elif fault := find_fault(client_address(scope), join_headers(scope["headers"])):
            await send_response(send, *fault, (b"www-authenticate", b"Bearer"))
        elif scope["method"] not in ("GET", "HEAD"):
            await send_response(send, 405, b"", (b"allow", b"GET, HEAD"))
        else:
            families = merge([find_families(), *await exchange.ask_others()])
            await send_response(send, 200, render_metrics(families), content_type=CONTENT_TYPE)


def find_fault(address: str, headers: Mapping[bytes, bytes]) -> tuple[int, bytes] | None:
    """Return the status and the text for a client that may not see the metrics. Both settings must be met."""
    if not is_of_network(address, settings.METRICS_NETWORKS):
        return 403, b"METRICS_NETWORKS does not name this address.\n"
    if not has_token(headers, settings.METRICS_TOKEN):
        return 401, b"Send the METRICS_TOKEN as a bearer token.\n"
    return None


def is_of_network(address: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    """Return whether an address is in one of these networks; True where there are none."""
    if not networks:
        return True
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    return any((getattr(ip, "ipv4_mapped", None) or ip) in network for network in networks)


def has_token(headers: Mapping[bytes, bytes], token: str) -> bool:
    """Return whether a request has this token; True where the token is empty."""
    if not token:
        return True
    scheme, _, sent = headers.get(b"authorization", b"").partition(b" ")
    return scheme.lower() == b"bearer" and compare_digest(sent.strip(), token.encode())


async def send_response(
    send: Callable, status: int, body: bytes, *more: tuple[bytes, bytes], content_type: str = "text/plain"
) -> None:
    headers: Headers = [(b"content-type", content_type.encode()), (b"cache-control", b"no-store")]
    headers += [(b"content-length", b"%d" % len(body)), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
