#!/usr/bin/env python3
"""The address on which the server listens, from HOST and PORT. As a script: check whether it is free."""

import errno
import ipaddress
import os
import socket
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Address:
    """An address to listen on: `host` as the operator wrote it, `ip` as a socket needs it."""

    host: str
    ip: str
    port: int

    @property
    def url(self) -> str:
        """Return a URL that a browser on this machine can open."""
        host = "localhost" if ipaddress.ip_address(self.ip).is_unspecified else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/"

    def allowed_hosts(self) -> str | None:
        """Return the ALLOWED_HOSTS for this address; None where the default is sufficient."""
        ip = ipaddress.ip_address(self.ip)
        if ip.is_unspecified:
            return "*"  # the machine listens on all its addresses, and people may use any name of it
        if ip.is_loopback:
            return None
        return f"localhost,127.0.0.1,[::1],{self.host}"


def read_address() -> Address:
    """Return the address of HOST and PORT, or exit with a message that says which is invalid."""
    host = os.environ.get("HOST") or "127.0.0.1"
    port = os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        sys.exit(f"PORT must be a number from 1 to 65535, not {port}.")
    try:
        [(_, _, _, _, found), *_] = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)
    except socket.gaierror:
        sys.exit(f"HOST must be a name or an address of this machine, not {host}.")
    return Address(host.strip("[]"), str(found[0]), int(port))


def refuse_busy(address: Address) -> None:
    """Exit with a message if the address cannot be used."""
    family = socket.AF_INET6 if ":" in address.ip else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do, so that a port in TIME_WAIT, left by a stopped server, counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.ip, address.port))
        except OSError as error:
            sys.exit(reason(error, address))


def reason(error: OSError, address: Address) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            another = f"PORT={address.port + 1} make run"
            return f"Port {address.port} is in use: stop the program that listens there, or use another: {another}"
        case errno.EACCES:
            return f"You may not listen on port {address.port}: use one from 1024 up: PORT=8000 make run"
        case errno.EADDRNOTAVAIL:
            return f"HOST must be a name or an address of this machine, not {address.host}."
    return f"Hubbub cannot listen on {address.host}, port {address.port}: {error.strerror}."


if __name__ == "__main__":
    refuse_busy(read_address())
