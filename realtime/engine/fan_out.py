"""Fan-out: send the same frames to many connections, in one call of a C function where that is built.

The call releases the interpreter's lock, so the next posts are written to the database meanwhile. Without the C
function the frames are sent to one connection after the other (docs/decisions/0018-fan-out-in-c.md).
"""

import ctypes
import sys
from array import array
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import cast

from realtime.engine.connection import Connection
from realtime.engine.direct_transport import DirectTransport
from realtime.engine.frames import Frame

LIBRARY = Path(sys.prefix, "lib", "hubbub", "fan_out.so")  # built by scripts/install.py
FEWEST = 8  # For fewer connections the loop in Python is faster.


def load(library: Path) -> Callable[..., int] | None:
    """Return the C function, or None where it is not built."""
    try:
        function = ctypes.CDLL(str(library)).fan_out
    except OSError:
        return None
    function.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p]
    return function


fan_out = load(LIBRARY)


def leaves_interpreter(connections: Collection[Connection]) -> bool:
    """Return whether other threads run while `send_to_all` sends to these connections."""
    return fan_out is not None and len(connections) >= FEWEST


def send_to_all(connections: Collection[Connection], frames: Sequence[Frame]) -> list[Connection]:
    """Send these frames to each connection that has no backlog, and return the others."""
    if not leaves_interpreter(connections):
        return send_to_each(connections, frames)
    backlogged: list[Connection] = []
    for some, data in group_by_bytes(connections, frames):
        backlogged += send_together(some, frames, data)
    return backlogged


def send_to_each(connections: Collection[Connection], frames: Sequence[Frame]) -> list[Connection]:
    backlogged = []
    for connection in connections:
        transport = connection.transport
        if transport.has_backlog:
            backlogged.append(connection)
        else:
            transport.send(frames)
    return backlogged


def group_by_bytes(
    connections: Collection[Connection], frames: Sequence[Frame]
) -> Iterator[tuple[Collection[Connection], bytes]]:
    """Yield groups of connections that get the same bytes, each with the bytes."""
    if not any(frame.is_deflatable for frame in frames):
        yield connections, b"".join([frame.plain for frame in frames])
        return
    if some := [connection for connection in connections if not connection.transport.deflates]:
        yield some, b"".join([frame.plain for frame in frames])
    if some := [connection for connection in connections if connection.transport.deflates]:
        yield some, b"".join([frame.deflated for frame in frames])


def send_together(connections: Collection[Connection], frames: Sequence[Frame], data: bytes) -> list[Connection]:
    """Send `data`, the bytes of `frames`, by the C function.

    The rest that a socket did not take goes by its transport.
    """
    connections = list(connections)  # a copy, because a transport that fails may change the set
    sockets = array("i", [connection.transport.socket for connection in connections])
    taken = array("i", bytes(len(sockets) * sockets.itemsize))
    assert fan_out is not None
    complete = fan_out(sockets.buffer_info()[0], len(sockets), data, len(data), taken.buffer_info()[0])
    if complete == len(sockets):
        return []
    backlogged = []
    for connection, count in zip(connections, taken, strict=True):
        transport = connection.transport
        if count == len(data):
            continue
        if count:
            cast("DirectTransport", transport).send_rest(data[count:])
        elif transport.has_backlog:
            backlogged.append(connection)
        else:
            transport.send(frames)  # it has no socket of its own, or its socket takes nothing at the moment
    return backlogged
