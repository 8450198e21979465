"""The HTTP client for requests to other servers. Users choose these servers (a push endpoint), so it is guarded.

Only http and https on their own ports; a name is looked up once, every address that it has must be public, and the
connection is opened to one of these very addresses; each redirect is a new request. All of it within a time and a size.
"""

from notifications.delivery.http.client import Answer, Question, ask
from notifications.delivery.http.errors import BadAddress, NotPublic, OutgoingError, TooLarge, TooSlow, Unreachable
from notifications.delivery.http.network import INTERNET, Network
from notifications.delivery.http.urls import Target, read_target

__all__ = [
    "INTERNET",
    "Answer",
    "BadAddress",
    "Network",
    "NotPublic",
    "OutgoingError",
    "Question",
    "Target",
    "TooLarge",
    "TooSlow",
    "Unreachable",
    "ask",
    "read_target",
]
