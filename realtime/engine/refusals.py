"""Refused WebSocket handshakes: a status for the client, and a line in the log with the reason."""

import logging
from collections import Counter
from collections.abc import Callable
from math import ceil
from time import monotonic
from typing import NamedTuple

import msgspec

from realtime.shared.errors import CommandError
from realtime.shared.metrics import counters
from realtime.shared.rate_limit import ProcessRateLimit

logger = logging.getLogger(__name__)

# Enough to see the cause. A client that connects without pause leaves one line in ten seconds for each code.
LINES_PER_SECOND, LINES_BURST = 0.1, 10
VALUE_CHARACTERS = 100  # of a header that is quoted in the log
CAN_ANSWER = "websocket.http.response"  # the ASGI extension; a server without it can only answer with a plain 403


class Refusal(NamedTuple):
    """The refusal of a handshake: `code`, `message` and `retry_after` for the client, `reason` for the log."""

    status: int
    code: str
    message: str
    reason: str
    retry_after: int | None = None


def signed_out(reason: str, *, by_token: bool = False) -> Refusal:
    """Return the refusal of a client that is not signed in.

    401 only for a token: HTTP has no authentication scheme for sessions, and a browser looks for one in a 401.
    """
    return Refusal(401 if by_token else 403, "signed_out", "Sign in, or send a token that is valid.", reason)


def foreign_origin(reason: str) -> Refusal:
    return Refusal(403, "forbidden", "This page's origin may not connect here.", reason)


def wrong_path(reason: str) -> Refusal:
    return Refusal(404, "not_found", "There is no WebSocket on this path.", reason)


def too_many(reason: str, retry_after: float) -> Refusal:
    message = "There are too many connections from this address. Try again later."
    return Refusal(429, "rate_limited", message, reason, max(1, ceil(retry_after)))


def unavailable(error: CommandError) -> Refusal:
    reason = str(error).removesuffix(" Nothing was stored; try again.")
    return Refusal(503, "unavailable", "The server cannot check who you are just now. Try again.", reason, 5)


class RefusalLog:
    """Logs one line for each refusal, up to a bound for each code; the next line counts those that were left out."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._lines = ProcessRateLimit(LINES_PER_SECOND, 1, burst=LINES_BURST, clock=clock)
        self._left_out = Counter[str]()

    def write(self, refusal: Refusal, address: str) -> None:
        if self._lines.take(refusal.code):
            self._left_out[refusal.code] += 1
            return
        more = self._left_out.pop(refusal.code, 0)
        tail = f" {more} more refusals with the same code were not logged." if more else ""
        logger.warning("Connection from %s refused (%d): %s%s", address, refusal.status, refusal.reason, tail)


refusal_log = RefusalLog()


async def refuse(scope: dict, send: Callable, refusal: Refusal, address: str) -> None:
    """Answer a handshake with its refusal, and log it."""
    counters.refused[refusal.code] += 1
    refusal_log.write(refusal, address)
    if CAN_ANSWER not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        return
    error = {"code": refusal.code, "message": refusal.message, "retry": refusal.retry_after is not None}
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    if refusal.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    if refusal.retry_after is not None:
        headers.append((b"retry-after", str(refusal.retry_after).encode()))
    await send({"type": "websocket.http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": msgspec.json.encode({"error": error})})


def quote_header(value: str) -> str:
    """Return a header's value for the log: bounded, and without control characters."""
    return ascii(value if len(value) <= VALUE_CHARACTERS else f"{value[:VALUE_CHARACTERS]}…")
