"""The check of stream tokens, with a limit of wrong ones for each client network."""

from hashlib import sha256

from notifications.models import Stream
from notifications.streams.definitions import find_stream_of_token
from realtime.shared.address import network_of
from realtime.shared.errors import CommandError
from realtime.shared.rate_limit import ProcessRateLimit
from realtime.shared.threads import read

KNOWN_KEPT = 10_000


class Unauthorized(CommandError):
    code = "unauthorized"
    status = 401
    message = "The stream does not exist, or the token is wrong. Send it as: Authorization: Bearer <token>"


wrong_tokens = ProcessRateLimit(1, 1, "Too many wrong tokens from this address.", burst=60)
# Digests of valid tokens: wrong ones from the same address must not lock out these programs. Each is still looked up
# every time, so that a replaced token stops working at once.
known: dict[bytes, None] = {}


async def find_authorized_stream(slug: str, key: str, address: str) -> Stream:
    """Return the stream if the token is its own. Raises Unauthorized, or RateLimited after many wrong ones."""
    digest = sha256(f"{slug}\0{key}".encode("utf-8", "surrogateescape")).digest()
    network = network_of(address)
    if digest not in known:
        # Spent before the look-up: of many parallel requests, all would be looked up before the first one fails.
        wrong_tokens.spend(network)
    # PostgreSQL refuses a NUL in a query.
    stream = None if "\0" in slug else await read(find_stream_of_token, slug, key)
    if stream is None:
        known.pop(digest, None)
        raise Unauthorized
    if digest not in known:
        wrong_tokens.give_back(network)
        remember(digest)
    return stream


def remember(digest: bytes) -> None:
    if len(known) >= KNOWN_KEPT:
        del known[next(iter(known))]
    known[digest] = None
