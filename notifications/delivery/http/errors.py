"""The errors of outgoing requests. Their texts are shown in the log and to the user.

OutgoingError
├── BadAddress    the URL is not allowed
├── NotPublic     the host is this machine or in its network
├── Unreachable   no such host, no connection, no valid certificate, no HTTP response
│   └── TooSlow
└── TooLarge
"""


class OutgoingError(Exception):
    """The request failed."""


class BadAddress(OutgoingError):
    pass


class NotPublic(OutgoingError):
    pass


class Unreachable(OutgoingError):
    pass


class TooSlow(Unreachable):
    pass


class ResponseTooLarge(OutgoingError):
    pass
