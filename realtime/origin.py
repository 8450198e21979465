"""Whether a browser's page may open a socket here: only our own, and those the operator trusts."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

LOCAL_HOSTS = [".localhost", "127.0.0.1", "[::1]"]  # those of django.http.HttpRequest.get_host


def is_trusted(headers: Mapping[bytes, bytes], scheme: str) -> bool:
    """Compare `Origin` with the page's own scheme, host and port, as Django's CSRF check does.

    A cookie is sent by the browser whatever page opens the socket, so without this any site that a
    person visits could speak for them. A missing Origin is refused: no browser leaves it out.
    """
    origin = headers.get(b"origin", b"").decode("latin-1").lower()
    host = headers.get(b"host", b"").decode("latin-1").lower()
    if not origin or not validate_host(split_domain_port(host)[0], allowed_hosts()):
        return False
    if origin == f"{_page_scheme(headers, scheme)}://{host}":
        return True
    return any(_matches(origin, trusted.lower()) for trusted in settings.CSRF_TRUSTED_ORIGINS)


def allowed_hosts() -> list[str]:
    """Return the hosts that Django answers to: without any, in development, this machine."""
    return settings.ALLOWED_HOSTS or (LOCAL_HOSTS if settings.DEBUG else [])


def _page_scheme(headers: Mapping[bytes, bytes], scheme: str) -> str:
    """As Django has it: what the proxy says, where it says anything."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        said = headers.get(name.removeprefix("HTTP_").replace("_", "-").lower().encode())
        if said is not None:
            return "https" if said.decode("latin-1").partition(",")[0].strip() == secure else "http"
    return "https" if scheme in ("wss", "https") else "http"


def _matches(origin: str, trusted: str) -> bool:
    """`https://*.example.org` takes every host below example.org, as in CSRF_TRUSTED_ORIGINS."""
    scheme, _, host = trusted.partition("://")
    if not host.startswith("*."):
        return origin == trusted
    parts = urlsplit(origin)
    return parts.scheme == scheme and parts.netloc.endswith(host[1:])
