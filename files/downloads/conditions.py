"""The headers with which a client says what of a file it wants, and what it has already (RFC 9110)."""

import re
from typing import NamedTuple

from django.utils.http import http_date, parse_http_date_safe

from realtime.shared.headers import Headers

# One range of bytes. Several in one request are answered with the whole file, as RFC 9110 allows.
RANGE = re.compile(rb"bytes\s*=\s*([0-9]{0,18})\s*-\s*([0-9]{0,18})\s*", re.IGNORECASE)


class ByteRange(NamedTuple):
    """The bytes from `begin` up to `end`, which is not included."""

    begin: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.begin


class Unsatisfiable(Exception):
    """The range begins behind the end of the file."""


def find_span(headers: Headers, size: int, tag: str, modified: float) -> ByteRange | None:
    """Return the part that a client wants; None for all of it. Raises Unsatisfiable."""
    found = RANGE.fullmatch(headers.get(b"range", b""))
    if found is None or not is_still(headers, tag, modified):
        return None
    first, last = found.groups()
    if not first:
        return find_last_bytes(last, size)
    if last and int(last) < int(first):
        return None  # no valid range: ignored
    if int(first) >= size:
        raise Unsatisfiable
    return ByteRange(int(first), min(int(last) + 1, size) if last else size)


def find_last_bytes(count: bytes, size: int) -> ByteRange | None:
    if not count:
        return None
    if not int(count) or not size:
        raise Unsatisfiable
    return ByteRange(max(0, size - int(count)), size)


def is_still(headers: Headers, tag: str, modified: float) -> bool:
    """Return whether the file is the one of which the client has a part already (If-Range)."""
    wanted = headers.get(b"if-range")
    return wanted is None or wanted.strip().decode("latin-1") in (tag, http_date(modified))


def has_same(headers: Headers, tag: str) -> bool:
    """Return whether the client has this version already (If-None-Match)."""
    return matches(headers.get(b"if-none-match"), tag, is_weak=True)


def wants_other(headers: Headers, tag: str) -> bool:
    """Return whether the client wants another version only (If-Match)."""
    wanted = headers.get(b"if-match")
    return wanted is not None and not matches(wanted, tag, is_weak=False)


def is_unmodified(headers: Headers, modified: float) -> bool:
    """Return whether a client without an ETag has this version already (If-Modified-Since)."""
    if b"if-none-match" in headers:
        return False
    since = parse_http_date_safe(headers.get(b"if-modified-since", b"").decode("latin-1"))
    return since is not None and int(modified) <= since


def matches(value: bytes | None, tag: str, *, is_weak: bool) -> bool:
    if value is None:
        return False
    tags = [each.strip() for each in value.decode("latin-1").split(",")]
    return "*" in tags or tag in tags or (is_weak and f"W/{tag}" in tags)
