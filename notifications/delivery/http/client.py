"""One HTTP request and its response."""

import re
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from urllib.parse import urljoin

from httpcore import URL, NetworkError, PoolTimeout, ProtocolError

from notifications.delivery.http.connections import Exchange, TooManyBytes, current
from notifications.delivery.http.errors import BadAddress, ResponseTooLarge, TooSlow, Unreachable
from notifications.delivery.http.network import INTERNET, Network
from notifications.delivery.http.urls import SCHEMES, Target, read_target

SECONDS = 5.0
BODY_BYTES = 512 * 1024  # after decompression
HEAD_BYTES = 64 * 1024
TOO_LARGE_A_HEAD = 431  # the status that h11 suggests for it
REDIRECTS = (301, 302, 303, 307, 308)
GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
LONGEST_END = 64  # bytes of an end that may begin in the part before


@dataclass(frozen=True)
class Request:
    """A request. `redirects`: how many are followed, for GET and HEAD only.

    `seconds`: for everything together; SECONDS without it. `body_limit`: the most bytes of the body, after
    decompression, of a response with this status and these headers; with 0 it is not read. `ends_with`: where reading
    stops.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    schemes: tuple[str, ...] = SCHEMES
    redirects: int = 0
    seconds: float | None = None
    body_limit: Callable[[int, Message], int] = lambda *_: BODY_BYTES
    ends_with: re.Pattern[bytes] | None = None

    @property
    def most_seconds(self) -> float:
        return SECONDS if self.seconds is None else self.seconds


@dataclass(frozen=True)
class Response:
    """A response; `url` is that of the last request."""

    status: int
    headers: Message
    body: bytes
    url: str


def send_request(request: Request, network: Network = INTERNET) -> Response:
    """Send a request and return its response, whatever the status. Raises OutgoingError.

    Blocks no longer than the `seconds` of the request.
    """
    deadline = time.monotonic() + request.most_seconds
    response = send_once(request, request.url, network, deadline)
    for _ in range(request.redirects):
        location = response.headers.get("Location") if response.status in REDIRECTS else None
        if not location or request.method not in ("GET", "HEAD"):
            break
        response = send_once(request, redirected_url(response.url, location), network, deadline)
    return response


def redirected_url(url: str, location: str) -> str:
    """Return the address to which a redirect leads. Raises BadAddress."""
    try:
        return urljoin(url, location)
    except ValueError:
        raise BadAddress("The address of the redirect is not a valid URL.") from None


def send_once(request: Request, url: str, network: Network, deadline: float) -> Response:
    target = read_target(url, request.schemes)
    try:
        return Response(*converse(request, target, network, deadline), url)
    except (TimeoutError, PoolTimeout):
        raise TooSlow(f"{target.host} did not respond within {request.most_seconds:.0f} s.") from None
    except TooManyBytes as error:
        raise ResponseTooLarge(f"{target.host} sent more than {error.most // 1024} KiB.") from None
    except ssl.SSLCertVerificationError as error:
        raise Unreachable(f"{target.host} has no valid certificate: {error.verify_message}.") from error
    except (OSError, NetworkError, ProtocolError, ValueError, zlib.error) as error:
        raise Unreachable(f"{target.host} could not be reached: {str(error) or type(error).__name__}.") from error


def converse(request: Request, target: Target, network: Network, deadline: float) -> tuple[int, Message, bytes]:
    """Send on a pooled connection; once more if a kept connection ended before any byte of a response.

    A server may close an idle connection just as a request arrives, which it then has not read. A request on a new
    connection is never repeated: the server may have processed it.
    """
    exchange = Exchange(deadline, HEAD_BYTES)
    try:
        return talk(request, target, network, exchange)
    except (OSError, NetworkError, ProtocolError):
        if exchange.has_connected or exchange.has_received or time.monotonic() >= deadline:
            raise
    return talk(request, target, network, Exchange(deadline, HEAD_BYTES))


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
            most = request.body_limit(response.status, head)
            if not most:
                return response.status, head, b""  # what is not read to its end closes the connection
            exchange.allow(most)
            return response.status, head, read_body(response.iter_stream(), head, most, request.ends_with)
    except ProtocolError as error:
        if error.args and getattr(error.args[0], "error_status_hint", None) == TOO_LARGE_A_HEAD:
            raise TooManyBytes(HEAD_BYTES) from None
        raise
    finally:
        current.reset(context)


def read_head(headers: Iterable[tuple[bytes, bytes]]) -> Message:
    """Return headers whose names are case-insensitive."""
    head = Message()
    for name, value in headers:
        head[name.decode("latin-1")] = value.decode("latin-1")
    return head


def read_body(parts: Iterable[bytes], head: Message, most: int, ends_with: re.Pattern[bytes] | None) -> bytes:
    """Return the decompressed body, up to where it is wanted. Raises TooManyBytes if it is larger than `most`."""
    body = bytearray()
    for part in decompress(parts, head, most):
        looked_at = max(0, len(body) - LONGEST_END)
        body += part
        if ends_with and (end := ends_with.search(body, looked_at)):
            del body[end.end() :]
            break
        if len(body) > most:
            raise TooManyBytes(most)
    return bytes(body)


def decompress(parts: Iterable[bytes], head: Message, most: int) -> Iterator[bytes]:
    """Yield the parts of a body decompressed, each of them `most` bytes and one more at most."""
    encoding = head.get("Content-Encoding", "identity").strip().lower()
    if encoding == "identity":
        yield from parts
        return
    decompressor = zlib.decompressobj(GZIP_OR_ZLIB)
    for part in parts:
        if encoding not in ("gzip", "x-gzip", "deflate"):
            raise ValueError(f"its encoding is {encoding}")
        yield decompressor.decompress(part, most + 1)
