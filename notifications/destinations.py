"""The URLs that a notification may lead to: a path of this site, or an http(s) address."""

from urllib.parse import urlsplit

ADDRESSES = ("https://", "http://")
# Browsers read "//host" and "/\host" as another site.
ELSEWHERE = ("//", "/\\")
URL_CHARACTERS = 500


def is_destination(url: str) -> bool:
    """Return whether a URL is a path or an http(s) address without control characters, and short enough to be stored.

    Browsers drop control characters, so with one in it a URL could lead somewhere else than it seems to.
    """
    if len(url) > URL_CHARACTERS or any(character < " " or character == "\x7f" for character in url):
        return False
    return has_host(url) if url.startswith(ADDRESSES) else url.startswith("/") and not url.startswith(ELSEWHERE)


def has_host(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False
