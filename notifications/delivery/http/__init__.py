"""The HTTP client for requests to other servers. Users choose these servers (a push endpoint), so it is guarded.

Only http and https on their own ports; a name is looked up once, every address that it has must be public, and the
connection is opened to one of these very addresses; each redirect is a new request. All of it within a time and a size.
"""

from notifications.delivery.http.client import Request, Response, send_request
from notifications.delivery.http.errors import BadAddress, NotPublic, OutgoingError, TooLarge, TooSlow, Unreachable
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
    "Target",
    "TooLarge",
    "TooSlow",
    "Unreachable",
    "read_target",
    "send_request",
]
