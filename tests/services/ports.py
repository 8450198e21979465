"""Ports that nothing else takes: below those the system gives to outgoing connections."""

import contextlib
import random
import socket

FIRST, LAST = 15_000, 32_000
_random = random.SystemRandom()  # not `random`: its seed is the same in every worker


def free_port() -> int:
    """Return a port on which nobody listens."""
    while True:
        port = _random.randint(FIRST, LAST)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def answers(port: int) -> bool:
    """Say whether somebody listens there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
