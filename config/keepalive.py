"""How the system notices that a TCP connection to Redis or PostgreSQL has died without a word."""

import socket

IDLE_SECONDS = 5
INTERVAL_SECONDS = 2
PROBES = 2
USER_TIMEOUT_MILLISECONDS = 4_000  # what was sent is acknowledged by then, or the connection is given up

OPTIONS = {
    "TCP_KEEPIDLE": IDLE_SECONDS,
    "TCP_KEEPINTVL": INTERVAL_SECONDS,
    "TCP_KEEPCNT": PROBES,
    "TCP_USER_TIMEOUT": USER_TIMEOUT_MILLISECONDS,
}


def find_keepalive(*, is_unix: bool) -> dict[str, object]:
    """Return redis-py's options; none for a Unix socket. Not every system has each of them."""
    if is_unix:
        return {}
    options = {getattr(socket, name): value for name, value in OPTIONS.items() if hasattr(socket, name)}
    return {"socket_keepalive": True, "socket_keepalive_options": options}


def libpq_keepalive() -> dict[str, int]:
    """Return the parameters of a connection to PostgreSQL; libpq ignores what its system has not."""
    return {
        "keepalives_idle": IDLE_SECONDS,
        "keepalives_interval": INTERVAL_SECONDS,
        "keepalives_count": PROBES,
        "tcp_user_timeout": USER_TIMEOUT_MILLISECONDS,
    }
