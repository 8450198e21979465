"""Fetching a linked page and its image, by the guarded client, within a few seconds. No database."""

import logging
import re
import threading
import time
from collections.abc import Callable
from email.message import Message as Head
from posixpath import basename
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from django.conf import settings

from chat.previews.page_facts import TITLE_CHARACTERS, PageFacts, clean_line, read_page
from chat.text.outside_links import host_of
from chat.text.typed_urls import shown_address
from notifications.delivery import http
from notifications.delivery.http import OutgoingError, Request, Response, TooSlow, send_request

logger = logging.getLogger(__name__)

SECONDS = 5.0  # for a page or an image, with all redirects
PAGE_BYTES, IMAGE_BYTES = 1024 * 1024, 5 * 1024 * 1024
REDIRECTS = 5
HEAD_END = re.compile(rb"</head[\s/>]|<body[\s/>]", re.IGNORECASE)
PAGE_TYPES = ("text/html", "application/xhtml+xml")
QUIET_SECONDS = 600  # between two lines in the log about one host
MOST_HOSTS = 1_000


class Fetched(NamedTuple):
    """What an address leads to: a page, or an image, whose bytes are as they came."""

    facts: PageFacts
    image: bytes = b""

    @property
    def is_page(self) -> bool:
        return not self.image


def fetch_page(url: str) -> Fetched | None:
    """Return the page or the image to which a link leads, or None. Raises nothing."""
    return fetch_address(url, limit_of_page, accept="text/html,application/xhtml+xml,image/*;q=0.8")


def fetch_image(url: str) -> Fetched | None:
    """Return the image of a page, or None. Raises nothing."""
    return fetch_address(url, limit_of_image, accept="image/*")


def fetch_address(url: str, limit: Callable[[int, Head], int], accept: str) -> Fetched | None:
    try:
        response = request(url, limit, accept)
        return contents_of(url, response) if response else None
    except OutgoingError as error:
        failing_hosts.note(host_of(url), error)
    except Exception:  # a page is data of a stranger: one that our code cannot read must not stop the others
        logger.exception("The page of a link could not be read")
    return None


def contents_of(url: str, response: Response) -> Fetched | None:
    if is_image(response.headers):
        name = clean_line(unquote(basename(urlsplit(url).path)), TITLE_CHARACTERS) or shown_host_of(url)
        return Fetched(PageFacts(name), response.body) if response.body else None
    facts = read_page(response.body, response.headers.get("Content-Type", ""), response.url, shown_host_of(url))
    return facts and Fetched(facts)


def limit_of_page(status: int, head: Head) -> int:
    """Return how many bytes are read of a page, or of an image to which a link leads; 0 for anything else."""
    is_page = status == 200 and head.get_content_type() in PAGE_TYPES
    return PAGE_BYTES if is_page else limit_of_image(status, head)


def limit_of_image(status: int, head: Head) -> int:
    return IMAGE_BYTES if status == 200 and is_image(head) else 0


def request(url: str, limit: Callable[[int, Head], int], accept: str) -> Response | None:
    """Send a GET; return a response of which something was read. Raises OutgoingError."""
    response = send_request(
        Request(
            "GET",
            url,
            {"User-Agent": user_agent(), "Accept": accept, "Accept-Language": settings.LANGUAGE_CODE},
            redirects=REDIRECTS,
            seconds=SECONDS,
            body_limit=limit,
            ends_with=HEAD_END if limit is limit_of_page else None,
        ),
        http.INTERNET,
    )
    return response if limit(response.status, response.headers) else None


def is_image(head: Head) -> bool:
    return head.get_content_maintype() == "image" and head.get_content_subtype() != "svg+xml"


def user_agent() -> str:
    return f"Hubbub link preview (+{settings.SITE_URL})"


def shown_host_of(url: str) -> str:
    """Return the host of a link as it is shown: a letter that looks like another one is in punycode."""
    return urlsplit(shown_address(url)).netloc.removeprefix("www.")


class FailingHosts:
    """Hosts that failed, so that each is logged once in a while. Safe for threads."""

    def __init__(self) -> None:
        self._logged: dict[str, float] = {}
        self._lock = threading.Lock()

    def note(self, host: str, error: OutgoingError) -> None:
        now = time.monotonic()
        with self._lock:
            if now - self._logged.get(host, -QUIET_SECONDS) < QUIET_SECONDS:
                return
            if len(self._logged) >= MOST_HOSTS:
                self._logged.clear()
            self._logged[host] = now
        level = logging.WARNING if isinstance(error, TooSlow) else logging.INFO
        logger.log(level, "No preview of a link: %s Further failures of this host are not logged for 10 min.", error)


failing_hosts = FailingHosts()
