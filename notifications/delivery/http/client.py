"""One HTTP request and its response."""

import ssl
import time
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from urllib.parse import urljoin

from httpcore import URL, NetworkError, PoolTimeout, ProtocolError

from notifications.delivery.http.connections import Exchange, TooManyBytes, current
from notifications.delivery.http.errors import ResponseTooLarge, TooSlow, Unreachable
from notifications.delivery.http.network import INTERNET, Network
from notifications.delivery.http.urls import SCHEMES, Target, read_target

SECONDS = 5.0
BODY_BYTES = 512 * 1024  # after decompression
HEAD_BYTES = 64 * 1024
TOO_LARGE_A_HEAD = 431  # the status that h11 suggests for it
REDIRECTS = (301, 302, 303, 307, 308)
GZIP_OR_ZLIB = zlib.MAX_WBITS | 32


@dataclass(frozen=True)
class Request:
    """A request. `redirects`: how many are followed, for GET and HEAD only."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    schemes: tuple[str, ...] = SCHEMES
    redirects: int = 0


@dataclass(frozen=True)
class Response:
    """A response; `url` is that of the last request."""

    status: int
    headers: Message
    body: bytes
    url: str


def send_request(request: Request, network: Network = INTERNET) -> Response:
    """Send a request and return its response, whatever the status. Raises OutgoingError. Blocks for SECONDS at most."""
    deadline = time.monotonic() + SECONDS
    response = send_once(request, request.url, network, deadline)
    for _ in range(request.redirects):
        location = response.headers.get("Location") if response.status in REDIRECTS else None
        if not location or request.method not in ("GET", "HEAD"):
            break
        response = send_once(request, urljoin(response.url, location), network, deadline)
    return response


def send_once(request: Request, url: str, network: Network, deadline: float) -> Response:
    target = read_target(url, request.schemes)
    try:
        return Response(*converse(request, target, network, deadline), url)
    except (TimeoutError, PoolTimeout):
        raise TooSlow(f"{target.host} did not respond within {SECONDS:.0f} s.") from None
    except TooManyBytes:
        raise ResponseTooLarge(f"{target.host} sent more than {BODY_BYTES // 1024} KiB.") from None
    except ssl.SSLCertVerificationError as error:
        raise Unreachable(f"{target.host} has no valid certificate: {error.verify_message}.") from error
    except (OSError, NetworkError, ProtocolError, ValueError, zlib.error) as error:
        raise Unreachable(f"{target.host} could not be reached: {str(error) or type(error).__name__}.") from error


def converse(request: Request, target: Target, network: Network, deadline: float) -> tuple[int, Message, bytes]:
    """Send on a pooled connection; once more if a kept connection ended before any byte of a response.

    A server may close an idle connection just as a request arrives, which it then has not read. A request on a new
    connection is never repeated: the server may have processed it.
    """
    exchange = Exchange(deadline, HEAD_BYTES + BODY_BYTES)
    try:
        return talk(request, target, network, exchange)
    except (OSError, NetworkError, ProtocolError):
        if exchange.has_connected or exchange.has_received or time.monotonic() >= deadline:
            raise
    return talk(request, target, network, Exchange(deadline, HEAD_BYTES + BODY_BYTES))


def talk(request: Request, target: Target, network: Network, exchange: Exchange) -> tuple[int, Message, bytes]:
    """Return status, headers and body. httpcore waits for a free connection; the exchange limits every other wait."""
    headers = {"Host": target.authority, "Accept-Encoding": "gzip", **request.headers}
    url = URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
    options = {"timeout": {"pool": exchange.seconds_left()}}
    context = current.set(exchange)
    try:
        with network.pool.stream(
            request.method, url, headers=list(headers.items()), content=request.body, extensions=options
        ) as response:
            head = read_head(response.headers)
            return response.status, head, read_body(response.iter_stream(), head)
    except ProtocolError as error:
        if error.args and getattr(error.args[0], "error_status_hint", None) == TOO_LARGE_A_HEAD:
            raise TooManyBytes from None
        raise
    finally:
        current.reset(context)


def read_head(headers: Iterable[tuple[bytes, bytes]]) -> Message:
    """Return headers whose names are case-insensitive."""
    head = Message()
    for name, value in headers:
        head[name.decode("latin-1")] = value.decode("latin-1")
    return head


def read_body(parts: Iterable[bytes], head: Message) -> bytes:
    """Return the decompressed body. Raises TooManyBytes if it is larger than BODY_BYTES."""
    body = bytearray()
    for part in parts:
        body += part
        if len(body) > BODY_BYTES:
            raise TooManyBytes
    encoding = head.get("Content-Encoding", "identity").strip().lower()
    if not body or encoding == "identity":
        return bytes(body)
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise ValueError(f"its encoding is {encoding}")
    plain = zlib.decompressobj(GZIP_OR_ZLIB).decompress(body, BODY_BYTES + 1)
    if len(plain) > BODY_BYTES:
        raise TooManyBytes
    return plain
