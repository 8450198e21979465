"""Which push services take too long, and until when they are left alone.

Pushes go out one after the other. A service that hangs, or somebody's own that only pretends to be one, would keep
everybody else's waiting: five seconds for each device that is there.
"""

from time import monotonic
from urllib.parse import urlsplit

SLOW_SECONDS = 2.0
FIRST_REST_SECONDS, LONGEST_REST_SECONDS = 60.0, 960.0
DOMAINS_KEPT = 1_000


class Rests:
    """The services of this process that rest, by their domains: who has one domain has any number of hosts."""

    def __init__(self) -> None:
        self._rests: dict[str, tuple[float, float]] = {}  # until when, and how long this time

    def left(self, endpoint: str) -> float:
        """Return for how many seconds a service is still left alone."""
        until, _ = self._rests.get(domain_of(endpoint), (0.0, 0.0))
        return max(0.0, until - monotonic())

    def note(self, endpoint: str, seconds: float) -> None:
        """Note how long a service took. One that is slow again after its rest rests for twice as long."""
        domain = domain_of(endpoint)
        _, before = self._rests.pop(domain, (0.0, 0.0))
        if seconds < SLOW_SECONDS:
            return
        if len(self._rests) >= DOMAINS_KEPT:
            del self._rests[next(iter(self._rests))]
        rest = min(2 * before, LONGEST_REST_SECONDS) or FIRST_REST_SECONDS
        self._rests[domain] = (monotonic() + rest, rest)


def domain_of(endpoint: str) -> str:
    """Return the last two labels of a host: "mozilla.com" of updates.push.services.mozilla.com."""
    return ".".join((urlsplit(endpoint).hostname or "").split(".")[-2:])


rests = Rests()
