"""How many pushes may be on their way to a push service at once, and which services are left alone for a while.

A service that hangs, or somebody's own that only pretends to be one, would keep those who send from everybody else's
pushes: five seconds for each device that is there.
"""

import threading
from dataclasses import dataclass
from math import inf
from time import monotonic
from urllib.parse import urlsplit

AT_ONCE = 32  # in all of this process
FIRST_LIMIT, LARGEST_LIMIT = 8, 24  # of one service: whatever it does, some who send are left for the others
SLOW_SECONDS = 2.0
FIRST_REST_SECONDS, LONGEST_REST_SECONDS = 60.0, 960.0
DOMAINS_KEPT = 1_000


@dataclass
class Service:
    """What this process knows of one push service."""

    limit: int = FIRST_LIMIT  # one more with each quick answer, half as many with one that is slow or says "too many"
    quick_at: float = -inf
    rests_until: float = 0.0
    rest: float = 0.0


class Rests:
    """The services of this process by their domains: who has one domain has any number of hosts. For all threads."""

    def __init__(self) -> None:
        self._services: dict[str, Service] = {}
        self._lock = threading.Lock()

    def left(self, endpoint: str) -> float:
        """Return for how many seconds a service is still left alone."""
        service = self._services.get(domain_of(endpoint))
        return max(0.0, service.rests_until - monotonic()) if service else 0.0

    def limit(self, domain: str) -> int:
        """Return how many pushes to a domain may be on their way at once."""
        service = self._services.get(domain)
        return service.limit if service else FIRST_LIMIT

    def note(self, endpoint: str, seconds: float, *, is_busy: bool = False) -> None:
        """Note how long a service took, and whether it said that it has too much to do.

        One that was slow rests, unless it answered others meanwhile; slow again after its rest, for twice as long.
        """
        domain, now = domain_of(endpoint), monotonic()
        with self._lock:
            service = self._services.pop(domain, None) or Service()
            if len(self._services) >= DOMAINS_KEPT:
                del self._services[next(iter(self._services))]
            self._services[domain] = service
            if seconds < SLOW_SECONDS and not is_busy:
                service.limit = min(service.limit + 1, LARGEST_LIMIT)
            else:
                service.limit = max(service.limit // 2, 1)
            if seconds < SLOW_SECONDS:
                service.quick_at, service.rest, service.rests_until = now, 0.0, 0.0
            elif service.quick_at <= now - seconds and service.rests_until <= now:
                service.rest = min(2 * service.rest, LONGEST_REST_SECONDS) or FIRST_REST_SECONDS
                service.rests_until = now + service.rest


def domain_of(endpoint: str) -> str:
    """Return the last two labels of a host: "mozilla.com" of updates.push.services.mozilla.com."""
    return ".".join((urlsplit(endpoint).hostname or "").split(".")[-2:])


rests = Rests()
