"""The one client with which the server asks others. People choose whom it asks, so it is guarded.

Only http and https on their own ports; a name is looked up once, every address that it has must be public, and the line
is opened to one of these very addresses; each redirect is a new question. All of it within a time and a size.
"""

from notifications.outgoing.asking import Answer, Question, ask
from notifications.outgoing.errors import BadAddress, NotPublic, OutgoingError, TooLarge, TooSlow, Unreachable
from notifications.outgoing.network import INTERNET, Network
from notifications.outgoing.targets import Target, read_target

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
