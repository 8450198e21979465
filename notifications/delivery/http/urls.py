"""What may be asked: a URL, read without looking anything up."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, quote, urlsplit

from notifications.delivery.http.addresses import is_public
from notifications.delivery.http.errors import BadAddress, NotPublic

SCHEMES = ("https", "http")
PORTS = {"https": 443, "http": 80}
PATH_SAFE = "%/:?[]@!$&'()*+,;=~"
HOST_CHARACTERS = 253
# Names that mean something only at home (RFC 6761, 6762, 8375, and what is usual).
HOME_DOMAINS = ("localhost", "local", "internal", "intranet", "private", "corp", "home", "lan", "arpa")


@dataclass(frozen=True)
class Target:
    """Where a question goes: the host as it is looked up and certified, and what comes after it."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The host as a request names it, without a port: it is the scheme's own."""
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def origin(self) -> str:
        """The origin as browsers write it."""
        return f"{self.scheme}://{self.authority}"


def read_target(url: str, schemes: tuple[str, ...] = SCHEMES) -> Target:
    """Return what a URL says, if it is one that we ask at all. Raises BadAddress."""
    try:
        parts = urlsplit(url)
        host, port = read_host(parts), parts.port
    except ValueError:
        raise BadAddress("That is no address.") from None
    if parts.scheme not in schemes or not host:
        raise BadAddress(f"The address must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}.")
    if parts.username is not None or parts.password is not None:
        raise BadAddress("The address must not have a name or a password in it.")
    if port not in (None, PORTS[parts.scheme]):
        raise BadAddress(f"The address must be on the port of {parts.scheme}, {PORTS[parts.scheme]}.")
    return Target(parts.scheme, host, PORTS[parts.scheme], read_path(parts))


def read_host(parts: SplitResult) -> str:
    """Return the host in lower case and ASCII. Raises ValueError (of which UnicodeError is one)."""
    host = parts.hostname or ""
    if ":" in host:
        return str(ip_address(host))
    host = host.encode("idna").decode("ascii").rstrip(".")
    if len(host) > HOST_CHARACTERS or not all(letter.isalnum() or letter in "-._" for letter in host):
        raise ValueError
    return host


def read_path(parts: SplitResult) -> str:
    """Return path and query in ASCII, without anything that would end the line of the request."""
    return quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=PATH_SAFE)


def check_looks_public(target: Target) -> None:
    """Refuse what can be seen to be at home before it is looked up. Raises NotPublic.

    Whether it is public is asked again, of its addresses, each time that it is asked something.
    """
    try:
        is_home = not is_public(target.host)
    except ValueError:
        last = target.host.rpartition(".")[2]
        is_home = "." not in target.host or last in HOME_DOMAINS or last.isdecimal()
    if is_home:
        raise NotPublic(f"{target.host} is not in the open Internet.")
