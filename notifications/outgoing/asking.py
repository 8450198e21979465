"""One question and its answer, over HTTP."""

import ssl
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPResponse, HTTPSConnection
from urllib.parse import urljoin

from notifications.outgoing.errors import TooLarge, TooSlow, Unreachable
from notifications.outgoing.lines import Line, TooManyBytes, open_line
from notifications.outgoing.network import INTERNET, Network
from notifications.outgoing.targets import SCHEMES, Target, read_target

SECONDS = 5.0
BODY_BYTES = 512 * 1024  # decompressed
HEAD_BYTES = 64 * 1024
REDIRECTS = (301, 302, 303, 307, 308)
GZIP_OR_ZLIB = zlib.MAX_WBITS | 32


@dataclass(frozen=True)
class Question:
    """What is asked. `redirects`: how many are followed; by GET and HEAD only."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    schemes: tuple[str, ...] = SCHEMES
    redirects: int = 0


@dataclass(frozen=True)
class Answer:
    """What came back; `url` is the last one asked."""

    status: int
    headers: HTTPMessage
    body: bytes
    url: str


def ask(question: Question, network: Network = INTERNET) -> Answer:
    """Ask, and return the answer whatever its status. Raises OutgoingError. Blocks for SECONDS at most."""
    deadline = time.monotonic() + SECONDS
    answer = ask_once(question, question.url, network, deadline)
    for _ in range(question.redirects):
        location = answer.headers.get("Location") if answer.status in REDIRECTS else None
        if not location or question.method not in ("GET", "HEAD"):
            break
        answer = ask_once(question, urljoin(answer.url, location), network, deadline)
    return answer


def ask_once(question: Question, url: str, network: Network, deadline: float) -> Answer:
    target = read_target(url, question.schemes)
    try:
        with open_line(target, network, deadline, HEAD_BYTES + BODY_BYTES) as line:
            response = converse(question, target, line)
            return Answer(response.status, response.headers, read_body(response), url)
    except TimeoutError:
        raise TooSlow(f"{target.host} did not answer within {SECONDS:.0f} s.") from None
    except TooManyBytes:
        raise TooLarge(f"{target.host} sent more than {BODY_BYTES // 1024} KiB.") from None
    except ssl.SSLCertVerificationError as error:
        raise Unreachable(f"{target.host} has no valid certificate: {error.verify_message}.") from error
    except (OSError, HTTPException, ValueError, zlib.error) as error:
        raise Unreachable(f"{target.host} could not be asked: {error or type(error).__name__}.") from error


def converse(question: Question, target: Target, line: Line) -> HTTPResponse:
    """Send a question over an open line, and return the answer up to its body."""
    kind = HTTPSConnection if target.scheme == "https" else HTTPConnection
    connection = kind(target.host, target.port)  # which writes the port only where it is not the scheme's own
    connection.sock = line  # type: ignore[assignment]  # as much of a socket as it uses
    headers = {"Accept-Encoding": "gzip", "Connection": "close", **question.headers}
    connection.request(question.method, target.path, question.body, headers)
    return connection.getresponse()


def read_body(response: HTTPResponse) -> bytes:
    """Return the body as it was before it was compressed, if that is no more than we want."""
    body = response.read(BODY_BYTES + 1)
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if body and encoding in ("gzip", "x-gzip", "deflate"):
        body = zlib.decompressobj(GZIP_OR_ZLIB).decompress(body, BODY_BYTES + 1)
    elif body and encoding != "identity":
        raise HTTPException(f"it came as {encoding}")
    if len(body) > BODY_BYTES:
        raise TooManyBytes
    return body
