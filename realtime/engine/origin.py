"""Whether a browser's page may open a socket here: only our own, and those the operator trusts."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

LOCAL_HOSTS = [".localhost", "127.0.0.1", "[::1]"]  # those of django.http.HttpRequest.get_host
DEFAULT_PORTS = {"http": ":80", "https": ":443"}
# Some proxies (Traefik) name the scheme of the WebSocket, and not that of the page.
PAGE_SCHEMES = {"ws": "http", "wss": "https"}

type Values = Mapping[bytes, bytes]


def is_trusted(headers: Values, scheme: str) -> bool:
    """Compare `Origin` with the page's own scheme, host and port, as Django's CSRF check does.

    A cookie is sent by the browser whatever page opens the socket, so without this any site that a
    person visits could speak for them. A missing Origin is refused: no browser leaves it out.
    """
    origin = find_origin(headers)
    if not origin or not is_our_host(headers):
        return False
    if without_default_port(origin) == find_own_origin(headers, scheme):
        return True
    return any(_matches(origin, trusted.lower()) for trusted in settings.CSRF_TRUSTED_ORIGINS)


def find_origin(headers: Values) -> str:
    """Return the origin of the page that opens the socket; empty where none is named."""
    return headers.get(b"origin", b"").decode("latin-1").lower()


def find_own_origin(headers: Values, scheme: str) -> str:
    """Return the origin that a page of this site has, as far as the request and our proxy say."""
    return without_default_port(f"{_page_scheme(headers, scheme)}://{find_host(headers)}")


def find_host(headers: Values) -> str:
    return headers.get(b"host", b"").decode("latin-1").lower()


def is_our_host(headers: Values) -> bool:
    return validate_host(split_domain_port(find_host(headers))[0], allowed_hosts())


def allowed_hosts() -> list[str]:
    """Return the hosts that Django answers to: without any, in development, this machine."""
    return settings.ALLOWED_HOSTS or (LOCAL_HOSTS if settings.DEBUG else [])


def without_default_port(origin: str) -> str:
    """Return an origin as browsers write it: some proxies add the port to Host that everybody leaves out."""
    return origin.removesuffix(DEFAULT_PORTS.get(origin.partition("://")[0], ""))


def _page_scheme(headers: Values, scheme: str) -> str:
    """As Django has it: what the proxy says, where it says anything."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        said = headers.get(name.removeprefix("HTTP_").replace("_", "-").lower().encode())
        if said is not None:
            first = said.decode("latin-1").partition(",")[0].strip()
            return "https" if PAGE_SCHEMES.get(first, first) == secure else "http"
    return PAGE_SCHEMES.get(scheme, scheme)


def _matches(origin: str, trusted: str) -> bool:
    """`https://*.example.org` takes every host below example.org, as in CSRF_TRUSTED_ORIGINS."""
    scheme, _, host = trusted.partition("://")
    if not host.startswith("*."):
        return without_default_port(origin) == without_default_port(trusted)
    parts = urlsplit(origin)
    return parts.scheme == scheme and parts.netloc.endswith(host[1:])
