"""Where a notification may lead: a path of this site, or an http(s) address."""

from urllib.parse import urlsplit

ADDRESSES = ("https://", "http://")
# A browser reads "//there" and "/\there" as another site, and leaves out what is below a space.
ELSEWHERE = ("//", "/\\")
URL_CHARACTERS = 500


def is_destination(url: str) -> bool:
    """Say whether a browser takes it for what it looks like, and it can be kept."""
    if len(url) > URL_CHARACTERS or any(letter < " " or letter == "\x7f" for letter in url):
        return False
    return has_host(url) if url.startswith(ADDRESSES) else url.startswith("/") and not url.startswith(ELSEWHERE)


def has_host(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False
