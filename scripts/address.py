#!/usr/bin/env python3
"""Read where the server listens from HOST and PORT; run alone, say whether that place is free."""

import errno
import ipaddress
import os
import socket
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Address:
    """Where to listen: `host` as the operator wrote it, `ip` as the socket wants it."""

    host: str
    ip: str
    port: int

    @property
    def url(self) -> str:
        """Return an address that a browser on this machine can open."""
        host = "localhost" if ipaddress.ip_address(self.ip).is_unspecified else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/"

    def allowed_hosts(self) -> str | None:
        """Return the ALLOWED_HOSTS that let people in at this address; None where the default does."""
        ip = ipaddress.ip_address(self.ip)
        if ip.is_unspecified:
            return "*"  # who listens on every address of a machine asks in whoever knows one of them
        if ip.is_loopback:
            return None
        return f"localhost,127.0.0.1,[::1],{self.host}"


def read_address() -> Address:
    """Return the address of HOST and PORT, or stop with a sentence that says what is wrong with them."""
    host = os.environ.get("HOST") or "127.0.0.1"
    port = os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        sys.exit(f"PORT must be a number from 1 to 65535, not {port}.")
    try:
        [(_, _, _, _, place), *_] = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)
    except socket.gaierror:
        sys.exit(f"HOST must be a name or an address of this machine; {host} is none.")
    return Address(host.strip("[]"), str(place[0]), int(port))


def refuse_busy(address: Address) -> None:
    """Stop with a sentence where nobody can listen at the address."""
    family = socket.AF_INET6 if ":" in address.ip else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do: a port that a stopped server left in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.ip, address.port))
        except OSError as error:
            sys.exit(reason(error, address))


def reason(error: OSError, address: Address) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            another = f"PORT={address.port + 1} make run"
            return f"Port {address.port} is busy: stop what listens there, or choose another: {another}"
        case errno.EACCES:
            return f"You may not listen on port {address.port}: choose one from 1024 up: PORT=8000 make run"
        case errno.EADDRNOTAVAIL:
            return f"HOST must be a name or an address of this machine; {address.host} is none."
    return f"Nobody can listen on {address.host}, port {address.port}: {error.strerror}."


if __name__ == "__main__":
    refuse_busy(read_address())
