"""A client that opens a connection to a TLS port without a handshake is disconnected."""

import asyncio
import socket
import ssl

from realtime.serving import event_loop
from realtime.serving.event_loop import EventLoop
from tests.services.authority import authority


def test_a_handshake_that_never_ends_is_cut(monkeypatch, tmp_path):
    monkeypatch.setattr(event_loop, "HANDSHAKE_SECONDS", 0.1)
    path = tmp_path / "certificate.pem"
    path.write_bytes(authority().certify(("localhost",)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)

    async def visit() -> bytes:
        server = await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", 0, ssl=context)
        with socket.socket() as line:
            line.setblocking(False)
            await asyncio.get_running_loop().sock_connect(line, server.sockets[0].getsockname())
            async with asyncio.timeout(8):
                end = await asyncio.get_running_loop().sock_recv(line, 1)
        server.close()
        return end

    with asyncio.Runner(loop_factory=EventLoop) as runner:
        assert runner.run(visit()) == b""
