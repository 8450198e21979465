"""The origin check of a WebSocket handshake: only our own pages, and those of origins that the operator trusts."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

LOCAL_HOSTS = [".localhost", "127.0.0.1", "[::1]"]  # those of django.http.HttpRequest.get_host
DEFAULT_PORTS = {"http": ":80", "https": ":443"}
# Some proxies (Traefik) send the scheme of the WebSocket instead of the page's.
PAGE_SCHEMES = {"ws": "http", "wss": "https"}

type Values = Mapping[bytes, bytes]


def is_trusted(headers: Values, scheme: str) -> bool:
    """Return whether `Origin` is the page's own scheme, host and port, or trusted, as in Django's CSRF check.

    The browser sends its cookie whichever page opens the socket, so without this check any site that a person visits
    could act as that person. A missing Origin is refused, because every browser sends one.
    """
    origin = find_origin(headers)
    if not origin or not is_our_host(headers):
        return False
    if without_default_port(origin) == find_own_origin(headers, scheme):
        return True
    return any(_matches(origin, trusted.lower()) for trusted in settings.CSRF_TRUSTED_ORIGINS)


def find_origin(headers: Values) -> str:
    """Return the origin of the page that opens the socket; empty where the header is missing."""
    return headers.get(b"origin", b"").decode("latin-1").lower()


def find_own_origin(headers: Values, scheme: str) -> str:
    """Return the origin of this site's pages, as the request and our proxy give it."""
    return without_default_port(f"{_page_scheme(headers, scheme)}://{find_host_header(headers)}")


def find_host_header(headers: Values) -> str:
    return headers.get(b"host", b"").decode("latin-1").lower()


def is_our_host(headers: Values) -> bool:
    return validate_host(split_domain_port(find_host_header(headers))[0], allowed_hosts())


def allowed_hosts() -> list[str]:
    """Return the hosts that Django answers to; in development, without any, those of this machine."""
    return settings.ALLOWED_HOSTS or (LOCAL_HOSTS if settings.DEBUG else [])


def without_default_port(origin: str) -> str:
    """Return an origin as browsers write it, without the default port that some proxies add to Host."""
    return origin.removesuffix(DEFAULT_PORTS.get(origin.partition("://")[0], ""))


def _page_scheme(headers: Values, scheme: str) -> str:
    """Return the scheme of the page, as Django finds it: from the proxy's header where there is one."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        value = headers.get(name.removeprefix("HTTP_").replace("_", "-").lower().encode())
        if value is not None:
            first = value.decode("latin-1").partition(",")[0].strip()
            return "https" if PAGE_SCHEMES.get(first, first) == secure else "http"
    return PAGE_SCHEMES.get(scheme, scheme)


def _matches(origin: str, trusted: str) -> bool:
    """Compare with one entry of CSRF_TRUSTED_ORIGINS; `https://*.example.org` means every host below example.org."""
    scheme, _, host = trusted.partition("://")
    if not host.startswith("*."):
        return without_default_port(origin) == without_default_port(trusted)
    parts = urlsplit(origin)
    return parts.scheme == scheme and parts.netloc.endswith(host[1:])
