"""The HTTP client for requests to other servers. Users choose these servers (a push endpoint), so it is guarded.

Only http and https on their default ports. A host is resolved once, all of its addresses must be public, and the
connection is opened to one of them; each redirect is checked as a new request. Time and size are limited.
"""

from notifications.delivery.http.client import Request, Response, send_request
from notifications.delivery.http.errors import (
    BadAddress,
    NotPublic,
    OutgoingError,
    ResponseTooLarge,
    TooSlow,
    Unreachable,
)
from notifications.delivery.http.network import INTERNET, Network
from notifications.delivery.http.urls import Target, read_target

__all__ = [
    "INTERNET",
    "BadAddress",
    "Network",
    "NotPublic",
    "OutgoingError",
    "Request",
    "Response",
    "ResponseTooLarge",
    "Target",
    "TooSlow",
    "Unreachable",
    "read_target",
    "send_request",
]
