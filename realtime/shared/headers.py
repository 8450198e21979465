"""A request's headers as one mapping."""

from collections.abc import Iterable

type Headers = dict[bytes, bytes]


def join_headers(pairs: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Return the headers with those that come more than once in one, as Django has them.

    HTTP/2 lets a client split its cookies over several fields, and whoever hands them on may leave them so: they are
    joined with "; " (RFC 9113, section 8.2.3). Of a plain dict() only the last would be left.
    """
    headers: Headers = {}
    for name, value in pairs:
        separator = b"; " if name == b"cookie" else b","
        headers[name] = separator.join([headers[name], value]) if name in headers else value
    return headers
