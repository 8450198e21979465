"""The links of a message that lead to other sites, and its links to messages of this site."""

import re
from hashlib import sha256
from html import unescape
from typing import NamedTuple
from urllib.parse import urldefrag, urlsplit

ADDRESS = re.compile(r'<a href="(https?://[^"]*)"')
MOST_LINKS = 5
ADDRESS_CHARACTERS = 2_000  # A preview repeats its address in the event.


class MessagePlace(NamedTuple):
    """Where a message of this site stands."""

    room_id: int
    posted_seq: int


def find_web_addresses(html: str) -> list[str]:
    """Return the http and https addresses of a message's links, each once, in their order.

    Code has no links: chat/text/formatting.py makes none there.
    """
    return list(dict.fromkeys(map(unescape, ADDRESS.findall(html)))) if '<a href="http' in html else []


def find_outside_links(html: str, site_url: str) -> dict[str, str]:
    """Return the first links of a message that lead elsewhere: {digest: address}."""
    found: dict[str, str] = {}
    for address in find_web_addresses(html):
        if len(found) < MOST_LINKS and leads_outside(address, site_url):
            found.setdefault(digest_of(address), address)
    return found


def find_linked_messages(html: str, site: str) -> list[MessagePlace]:
    """Return the messages of this site to which a message links. `site`: the whole address of its home page."""
    if f'<a href="{site}rooms/' not in html:
        return []
    pattern = re.compile(rf"{re.escape(site)}rooms/([0-9]{{1,18}})/\?message=([0-9]{{1,18}})(?:#.*)?")
    matches = [pattern.fullmatch(address) for address in find_web_addresses(html)]
    found = [MessagePlace(int(match[1]), int(match[2])) for match in matches if match]
    return list(dict.fromkeys(found))[:MOST_LINKS]


def leads_outside(address: str, site_url: str) -> bool:
    """Return whether an address is valid and has another host than this site, at whatever port."""
    host = host_of(address)
    return bool(host) and len(address) <= ADDRESS_CHARACTERS and host != host_of(site_url)


def host_of(address: str) -> str:
    """Return the host of an address in lower case; "" if the address is not valid."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def digest_of(address: str) -> str:
    return sha256(urldefrag(address).url.encode()).hexdigest()
