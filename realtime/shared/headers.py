"""The headers of an ASGI request as one mapping."""

from collections.abc import Iterable

type Headers = dict[bytes, bytes]


def join_headers(pairs: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Return the headers as a mapping, in which repeated ones are joined as Django joins them.

    HTTP/2 lets a client split its cookies over several fields, and a proxy may pass them on like that: they are
    joined with "; " (RFC 9113, section 8.2.3). A plain dict() would keep only the last one.
    """
    headers: Headers = {}
    for name, value in pairs:
        separator = b"; " if name == b"cookie" else b","
        headers[name] = separator.join([headers[name], value]) if name in headers else value
    return headers
