"""The check of a URL before a request, without a DNS look-up."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, quote, urlsplit

from notifications.delivery.http.addresses import is_public
from notifications.delivery.http.errors import BadAddress, NotPublic

SCHEMES = ("https", "http")
PORTS = {"https": 443, "http": 80}
PATH_SAFE = "%/:?[]@!$&'()*+,;=~"
HOST_CHARACTERS = 253
# Names that only exist in local networks (RFC 6761, 6762, 8375, and common usage).
LOCAL_DOMAINS = ("localhost", "local", "internal", "intranet", "private", "corp", "home", "lan", "arpa")


@dataclass(frozen=True)
class Target:
    """The parts of a URL: the host as it is resolved and certified, the port, and the path with the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The host as in the Host header, without a port: only default ports are allowed."""
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def origin(self) -> str:
        """The origin, as browsers write it."""
        return f"{self.scheme}://{self.authority}"


def read_target(url: str, schemes: tuple[str, ...] = SCHEMES) -> Target:
    """Return the parts of a URL if requests to it are allowed. Raises BadAddress."""
    try:
        parts = urlsplit(url)
        host, port = read_host(parts), parts.port
    except ValueError:
        raise BadAddress("The address is not a valid URL.") from None
    if parts.scheme not in schemes or not host:
        raise BadAddress(f"The address must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}.")
    if parts.username is not None or parts.password is not None:
        raise BadAddress("The address must not contain a username or password.")
    if port not in (None, PORTS[parts.scheme]):
        raise BadAddress(f"The address must use the port of {parts.scheme}, {PORTS[parts.scheme]}.")
    return Target(parts.scheme, host, PORTS[parts.scheme], read_path(parts))


def read_host(parts: SplitResult) -> str:
    """Return the host in lower case and ASCII. Raises ValueError, including UnicodeError."""
    host = parts.hostname or ""
    if ":" in host:
        return str(ip_address(host))
    host = host.encode("idna").decode("ascii").rstrip(".")
    if len(host) > HOST_CHARACTERS or not all(character.isalnum() or character in "-._" for character in host):
        raise ValueError
    return host


def read_path(parts: SplitResult) -> str:
    """Return path and query in ASCII, without characters that could end the request line."""
    return quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=PATH_SAFE)


def check_looks_public(target: Target) -> None:
    """Refuse hosts that are visibly local, before any look-up. Raises NotPublic.

    Each request checks the resolved addresses again.
    """
    try:
        is_local = not is_public(target.host)
    except ValueError:
        last = target.host.rpartition(".")[2]
        is_local = "." not in target.host or last in LOCAL_DOMAINS or last.isdecimal()
    if is_local:
        raise NotPublic(f"{target.host} is not a public address.")
