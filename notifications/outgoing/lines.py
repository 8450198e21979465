"""One line to one address, which ends when its time or what may come over it is used up."""

import io
import socket
import time
from collections.abc import Buffer, Sequence
from typing import Self

from notifications.outgoing.addresses import is_public
from notifications.outgoing.errors import NotPublic, Unreachable
from notifications.outgoing.network import Network
from notifications.outgoing.targets import Target

ADDRESSES_TRIED = 3


class TooManyBytes(Exception):
    """More came than was asked for."""


class Line:
    """What http.client needs of a socket. A socket's own timeout begins anew with every byte; this one does not."""

    def __init__(self, line: socket.socket, deadline: float, most_bytes: int) -> None:
        self._line, self._deadline, self._left = line, deadline, most_bytes

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._line.close()

    def sendall(self, data: bytes) -> None:
        self._line.settimeout(seconds_until(self._deadline))
        self._line.sendall(data)

    def makefile(self, *_: object) -> io.BufferedReader:
        return io.BufferedReader(Incoming(self))

    def receive_into(self, buffer: Buffer) -> int:
        self._line.settimeout(seconds_until(self._deadline))
        count = self._line.recv_into(buffer)
        self._left -= count
        if self._left < 0:
            raise TooManyBytes
        return count

    def close(self) -> None:
        """Stay open: http.client lets go of a line before its answer is read."""


class Incoming(io.RawIOBase):
    """What comes over a line, as a file."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        return self._line.receive_into(buffer)


def open_line(target: Target, network: Network, deadline: float, most_bytes: int) -> Line:
    """Open a line to a target whose addresses are all public. Raises NotPublic, Unreachable or OSError."""
    addresses = look_up_public(target, network, deadline)
    raw = dial_first(addresses, target.port, network, deadline)
    if target.scheme == "http":
        return Line(raw, deadline, most_bytes)
    try:
        raw.settimeout(seconds_until(deadline))
        return Line(network.tls().wrap_socket(raw, server_hostname=target.host), deadline, most_bytes)
    except BaseException:
        raw.close()
        raise


def look_up_public(target: Target, network: Network, deadline: float) -> list[str]:
    """Return the addresses of a target. One that is not public spoils them all: who mixes them wants to get in."""
    try:
        addresses = network.look_up(target.host, target.port, seconds_until(deadline))
    except TimeoutError:
        raise
    except OSError:
        addresses = []
    if not addresses:
        raise Unreachable(f"There is no {target.host}.")
    if not all(is_public(address) for address in addresses):
        raise NotPublic(f"{target.host} is not in the open Internet.")
    return addresses


def dial_first(addresses: Sequence[str], port: int, network: Network, deadline: float) -> socket.socket:
    """Open a line to the first address that answers, each in its share of the time."""
    tried = addresses[:ADDRESSES_TRIED]
    for number, address in enumerate(tried, start=1):
        try:
            return network.dial(address, port, seconds_until(deadline) / (len(tried) - number + 1))
        except OSError:
            if number == len(tried):
                raise
    raise AssertionError("There is no address to try.")


def seconds_until(deadline: float) -> float:
    """Return what is left of the time. Raises TimeoutError where nothing is."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
