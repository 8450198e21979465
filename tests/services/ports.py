"""Free ports, below the range that the system uses for outgoing connections."""

import contextlib
import random
import socket

FIRST, LAST = 15_000, 32_000
_random = random.SystemRandom()  # not `random`, because its seed is the same in every worker


def free_port() -> int:
    """Return a port on which no process listens."""
    while True:
        port = _random.randint(FIRST, LAST)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def answers(port: int) -> bool:
    """Return whether a process listens on this port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
