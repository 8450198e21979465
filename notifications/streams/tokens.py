"""The check of the tokens that programs send: each network may try only so many wrong ones."""

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
    message = "There is no such stream, or this is not its token. Send it as: Authorization: Bearer <token>"


wrong_tokens = ProcessRateLimit(1, 1, "Too many wrong tokens came from this address.", burst=60)
# Digests of tokens that were right: whoever tries wrong ones must not shut out the programs at the same address. They
# are looked up all the same, so that one that is taken back ends at once.
known: dict[bytes, None] = {}


async def find_stream(slug: str, key: str, address: str) -> Stream:
    """Return the stream whose token this is. Raises Unauthorized, or RateLimited after many wrong ones."""
    digest = sha256(f"{slug}\0{key}".encode("utf-8", "surrogateescape")).digest()
    network = network_of(address)
    if digest not in known:
        # Before it is looked up: of many at once, all would be looked up before one is known to be wrong.
        wrong_tokens.spend(network)
    # PostgreSQL cannot look for a NUL.
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
