"""A TCP proxy that fails on request (hangs, refuses, loses a reply), in front of a site's PostgreSQL or Redis."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from ssl import SSLContext

from tests.services.ports import free_port

CHUNK = 65_536


class FaultProxy:
    """Forwards data, in a thread of its own, until a method changes that. Methods may be called from any thread.

    A hanging connection still accepts data, as the kernel does for a process that is stopped.
    """

    def __init__(self, target_port: int, *, tls: SSLContext | None = None) -> None:
        self.port = free_port()
        self._target_port = target_port
        self._loop = asyncio.new_event_loop()
        self._pairs: set[Pair] = set()
        self._passing: set[asyncio.Task] = set()
        self._is_still = self._is_refusing = False
        self.lost_replies = 0
        self._loses_reply_to: bytes | None = None
        self._delay_seconds = 0.0
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._run(asyncio.start_server(self._accept, "127.0.0.1", self.port, ssl=tls))

    # -- faults

    def stands_still(self) -> None:
        """Forward nothing on any connection, without closing one."""
        self._call(self._stand_still)

    def forgets_connections(self) -> None:
        """Forward nothing on the open connections; new ones work."""
        self._call(self._forget)

    def refuses(self) -> None:
        """Close every connection, and each new one at once."""
        self._call(self._refuse)

    def cuts(self) -> None:
        """Close every connection; new ones work."""
        self._call(self._cut)

    def loses_reply_to(self, word: bytes) -> None:
        """Forward the next request with this word, and close the connection instead of forwarding the reply."""
        self._loses_reply_to = word

    def delays(self, seconds: float) -> None:
        """Delay each reply by so many seconds, as with a distant server."""
        self._delay_seconds = seconds

    def works(self) -> None:
        """Forward everything again; hanging connections continue, as with a process that was stopped."""
        self._call(self._work)

    def close(self) -> None:
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    # -- in the loop's thread

    async def _end(self) -> None:
        self._server.close()
        self._refuse()
        for task in self._passing:
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    def _stand_still(self) -> None:
        self._is_still = True
        for pair in self._pairs:
            pair.may_pass.clear()

    def _forget(self) -> None:
        for pair in self._pairs:
            pair.is_forgotten = True
            pair.may_pass.clear()

    def _refuse(self) -> None:
        self._is_refusing = True
        self._cut()

    def _cut(self) -> None:
        for pair in list(self._pairs):
            pair.close()

    def _work(self) -> None:
        self._is_still = self._is_refusing = False
        for pair in self._pairs:
            if not pair.is_forgotten:
                pair.may_pass.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_refusing:
            writer.transport.abort()
            return
        try:
            target = await asyncio.open_connection("127.0.0.1", self._target_port)
        except OSError:
            writer.transport.abort()
            return
        pair = Pair(writer, target[1])
        if self._is_refusing:  # since it was accepted
            pair.close()  # type: ignore[unreachable] # the flag has changed while it waited
            return
        if not self._is_still:
            pair.may_pass.set()
        self._pairs.add(pair)
        for work in (self._pass(pair, reader, target[1], self._ask), self._pass(pair, target[0], writer, self._answer)):
            task = asyncio.create_task(work)
            self._passing.add(task)
            task.add_done_callback(self._passing.discard)

    async def _pass(
        self, pair: "Pair", reader: asyncio.StreamReader, writer: asyncio.StreamWriter, look: Callable
    ) -> None:
        try:
            with contextlib.suppress(OSError):
                while data := await reader.read(CHUNK):
                    await pair.may_pass.wait()
                    if not look(pair, data):
                        break
                    if look == self._answer and self._delay_seconds:
                        await asyncio.sleep(self._delay_seconds)
                    writer.write(data)
                    await writer.drain()
        finally:
            pair.close()
            self._pairs.discard(pair)

    def _ask(self, pair: "Pair", data: bytes) -> bool:
        if self._loses_reply_to is not None and self._loses_reply_to in data:
            self._loses_reply_to, pair.loses_reply = None, True
        return True

    def _answer(self, pair: "Pair", data: bytes) -> bool:
        self.lost_replies += pair.loses_reply
        return not pair.loses_reply

    # -- from other threads

    def _call(self, function: Callable[[], None]) -> None:
        async def call() -> None:
            function()

        self._run(call())

    def _run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


class Pair:
    """A client's connection and the one to the server behind the proxy."""

    def __init__(self, *writers: asyncio.StreamWriter) -> None:
        self.writers = writers
        self.may_pass = asyncio.Event()
        self.is_forgotten = self.loses_reply = False

    def close(self) -> None:
        for writer in self.writers:
            writer.transport.abort()
        self.may_pass.set()
