"""uvloop's event loop, with deadlines for TLS."""

import socket
from collections.abc import Callable

import uvloop

HANDSHAKE_SECONDS = 10.0  # uvloop's own: 60
SHUTDOWN_SECONDS = 10.0  # for the client to read the rest and answer the close; uvloop's own: 30


class EventLoop(uvloop.Loop):
    """Adds TLS deadlines to uvicorn's listeners, for which uvicorn has no setting."""

    async def create_server(self, protocol_factory: Callable, host=None, port=None, *, ssl=None, **options):
        sock = options.get("sock")
        if sock is not None and sock.family == socket.AF_UNIX:  # uvicorn passes it to workers like a TCP socket
            return await super().create_unix_server(protocol_factory, ssl=ssl, **options)
        if ssl is not None:
            options = {
                "ssl_handshake_timeout": HANDSHAKE_SECONDS,
                "ssl_shutdown_timeout": SHUTDOWN_SECONDS,
                **options,
            }
        return await super().create_server(protocol_factory, host, port, ssl=ssl, **options)
