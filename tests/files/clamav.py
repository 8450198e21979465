"""A small server of ClamAV's INSTREAM, which finds the EICAR test file."""

import socketserver
import threading
from pathlib import Path

# In two parts, so that no scanner takes this file away.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        if self.server.is_silent:
            self.server.stopped.wait(30)
            return
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(self.rfile.read(4)):
            content += self.rfile.read(size)
            if len(content) > self.server.most:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.received.append(content)
        self.wfile.write(self.server.response or self.find(content))

    def find(self, content: bytes) -> bytes:
        return b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in content else b"stream: OK\0"


class ClamAV:
    """The server, with what it received. `response` replaces its own, and `is_silent` every one."""

    def __init__(self, path: Path | None = None) -> None:
        if path:
            server = socketserver.ThreadingUnixStreamServer(str(path), Handler)
            self.address = f"clamav://{path}"
        else:
            server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
            self.address = f"clamav://127.0.0.1:{server.server_address[1]}"
        server.most, server.received, server.response = 10_000_000, [], b""
        server.is_silent, server.stopped = False, threading.Event()
        self.server = server
        self._thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        self._thread.start()

    def stop(self) -> None:
        self.server.stopped.set()
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()
