"""The limits for each push service: how many pushes run at once, and pauses for services that are too slow.

A service that hangs, or a user's own server that only pretends to be one, would otherwise block all sender threads:
five seconds for each of its devices.
"""

import threading
from dataclasses import dataclass
from math import inf
from time import monotonic
from urllib.parse import urlsplit

AT_ONCE = 32  # in this process
FIRST_LIMIT, LARGEST_LIMIT = 8, 24  # of one service, so that it never takes all threads
SLOW_SECONDS = 2.0
FIRST_REST_SECONDS, LONGEST_REST_SECONDS = 60.0, 960.0
DOMAINS_KEPT = 1_000


@dataclass
class Service:
    """The state of one push service in this process."""

    limit: int = FIRST_LIMIT  # plus one for each quick response, halved for a slow one or "too many requests"
    quick_at: float = -inf
    rests_until: float = 0.0
    rest: float = 0.0


class Rests:
    """The push services by domain, because one operator can have any number of hosts. Safe for threads."""

    def __init__(self) -> None:
        self._services: dict[str, Service] = {}
        self._lock = threading.Lock()

    def left(self, endpoint: str) -> float:
        """Return for how many more seconds a service is paused."""
        service = self._services.get(domain_of(endpoint))
        return max(0.0, service.rests_until - monotonic()) if service else 0.0

    def limit(self, domain: str) -> int:
        """Return how many pushes to a domain may run at once."""
        service = self._services.get(domain)
        return service.limit if service else FIRST_LIMIT

    def note(self, endpoint: str, seconds: float, *, is_busy: bool = False) -> None:
        """Note the time that a service took, and whether it reported overload.

        A slow service is paused, unless it answered other pushes meanwhile; if it is slow again after the pause, for
        twice as long.
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
    """Return the last two labels of a host: "mozilla.com" for updates.push.services.mozilla.com."""
    return ".".join((urlsplit(endpoint).hostname or "").split(".")[-2:])


rests = Rests()
