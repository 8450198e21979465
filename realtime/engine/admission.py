"""The first check of a WebSocket handshake: its rate and its origin, before it costs a query."""

from realtime.conf import limits
from realtime.engine.origin import find_host_header, find_origin, find_own_origin, is_our_host, is_trusted
from realtime.engine.refusals import Refusal, foreign_origin, quote_header, too_many
from realtime.shared.address import client_address, network_of
from realtime.shared.headers import Headers
from realtime.shared.rate_limit import ProcessRateLimit

handshakes = ProcessRateLimit(limits.CONNECTS_PER_10_SECONDS, 10, burst=limits.CONNECTS_BURST)


def find_refusal(scope: dict, headers: Headers) -> Refusal | None:
    """Return the refusal of a handshake, or None where its sign-in may be looked up.

    Call it once for each handshake, because it counts them. A browser sends its cookie whichever page opens the
    socket;
    therefore a handshake without a token must come from a page of this site.
    """
    if wait := handshakes.take(network_of(client_address(scope))):
        return too_many("its address connects too often (HUBBUB_CONNECTS_PER_10_SECONDS).", wait)
    scheme = scope.get("scheme", "ws")
    if b"authorization" in headers or is_trusted(headers, scheme):
        return None
    return foreign_origin(describe_origins(headers, scheme))


def describe_origins(headers: Headers, scheme: str) -> str:
    """Return why an origin was refused, in words with which an operator can correct the proxy or the settings."""
    if not is_our_host(headers):
        return f"the host {quote_header(find_host_header(headers))} is not in ALLOWED_HOSTS."
    origin, own = quote_header(find_origin(headers)), quote_header(find_own_origin(headers, scheme))
    if not find_origin(headers):
        return f"it has no token, and no Origin; a page of this site has {own}."
    return (
        f"its page has the origin {origin}, and this site is {own}, by its Host and X-Forwarded-Proto"
        " (see BEHIND_PROXY and CSRF_TRUSTED_ORIGINS)."
    )
