"""Why something could not be asked. Each text is for the log, and for the person who wanted it.

OutgoingError
├── BadAddress    no address that we ask
├── NotPublic     it leads to this machine, or into its network
├── Unreachable   no such name, no line, no certificate, no answer that is HTTP
│   └── TooSlow
└── TooLarge
"""


class OutgoingError(Exception):
    """What was asked for could not be had."""


class BadAddress(OutgoingError):
    pass


class NotPublic(OutgoingError):
    pass


class Unreachable(OutgoingError):
    pass


class TooSlow(Unreachable):
    pass


class TooLarge(OutgoingError):
    pass
