"""The number of open connections in this process, in all and by address, and their limits."""

import logging
import resource
from collections import Counter

from django.conf import settings

from realtime.conf import limits
from realtime.shared.address import network_of

logger = logging.getLogger(__name__)

SHARE = 3 / 4  # of the file descriptors; the rest is for the database, templates and uploads
RELIEF = 0.9  # below this share of the limit the log says that connections are accepted again


class OpenConnections:
    """Counts connections. `admit` counts one and returns whether it may stay open; `release` removes it again."""

    def __init__(self) -> None:
        self.total = 0
        self.by_network = Counter[str]()
        self._refused = 0  # since the limit was reached

    def admit(self, client: tuple[str, int] | None) -> bool:
        most = most_connections()
        if self.total >= most:
            self._note_refusal(most)
            return False
        network = network_of_client(client)
        # An address gets at most half, so that the other half is left for all others.
        if network and self.by_network[network] >= min(2 * limits.CONNECTIONS_PER_ADDRESS, most // 2):
            return False
        self.total += 1
        if network:
            self.by_network[network] += 1
        return True

    def release(self, client: tuple[str, int] | None) -> None:
        self.total -= 1
        if network := network_of_client(client):
            self.by_network[network] -= 1
            if not self.by_network[network]:
                del self.by_network[network]
        if self._refused and self.total < RELIEF * most_connections():
            logger.warning("Connections are accepted again; %d were refused meanwhile.", self._refused)
            self._refused = 0

    def _note_refusal(self, most: int) -> None:
        if not self._refused:
            logger.warning(
                "All %d connections are in use; new ones are refused. Raise the limit (`ulimit -n`) or add processes.",
                most,
            )
        self._refused += 1


open_connections = OpenConnections()


def most_connections() -> int:
    return int(SHARE * resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def network_of_client(client: tuple[str, int] | None) -> str | None:
    """Return the network whose connections are counted together; None for a proxy with many clients."""
    if client is None or client in getattr(settings, "TRUSTED_PROXIES", ()):
        return None
    return network_of(client[0])
