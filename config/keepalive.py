"""TCP keepalive options, by which the system notices a dead connection to Redis or PostgreSQL."""

import socket

IDLE_SECONDS = 5
INTERVAL_SECONDS = 2
PROBES = 2
USER_TIMEOUT_MILLISECONDS = 4_000  # a connection is closed when sent data is not acknowledged by then

OPTIONS = {
    "TCP_KEEPIDLE": IDLE_SECONDS,
    "TCP_KEEPINTVL": INTERVAL_SECONDS,
    "TCP_KEEPCNT": PROBES,
    "TCP_USER_TIMEOUT": USER_TIMEOUT_MILLISECONDS,
}


def find_keepalive(*, is_unix: bool) -> dict[str, object]:
    """Return redis-py's options, none for a Unix socket. Options that this system lacks are left out."""
    if is_unix:
        return {}
    options = {getattr(socket, name): value for name, value in OPTIONS.items() if hasattr(socket, name)}
    return {"socket_keepalive": True, "socket_keepalive_options": options}


def libpq_keepalive() -> dict[str, int]:
    """Return the parameters for a connection to PostgreSQL; libpq ignores those that its system lacks."""
    return {
        "keepalives_idle": IDLE_SECONDS,
        "keepalives_interval": INTERVAL_SECONDS,
        "keepalives_count": PROBES,
        "tcp_user_timeout": USER_TIMEOUT_MILLISECONDS,
    }
