"""The streaming of a content to a client: in small pieces, at a bounded speed, as long as the user may see it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from files.conf import limits
from files.downloads.conditions import ByteRange
from files.downloads.contents import Content, from_storage
from files.pace import Pace
from realtime.shared.each_loop import EachLoop
from realtime.shared.errors import CommandError, NotFound, Unavailable
from realtime.shared.texts import lazy_text as _

logger = logging.getLogger(__name__)

PIECE_BYTES = 256 * 1024  # of each download the server keeps this one and the one before, which is being sent
CHECK_SECONDS = 5.0  # how often it is checked that the user may still see the file
# Behind a server without deadlines of its own. `manage.py serve` requires 4 KiB in 30 s.
SILENT_SECONDS = 60.0
WAIT_SECONDS = 20.0  # for a slot


class ContentStream:
    """One response with a content. `is_allowed` is asked again while the response goes on."""

    def __init__(
        self,
        content: Content,
        user_id: int,
        is_allowed: Callable[[], Awaitable[bool]],
        receive: Callable[[], Awaitable[dict]],
        send: Callable[[dict], Awaitable[None]],
    ) -> None:
        self.send = send
        self._content = content
        self._user_id = user_id
        self._is_allowed = is_allowed
        self._receive = receive

    @asynccontextmanager
    async def take_slot(self, span: ByteRange) -> AsyncIterator[None]:
        """Wait for a slot. A single piece needs none: a thumbnail never waits behind films. Raises Unavailable."""
        if span.length <= PIECE_BYTES:
            yield
            return
        async with slots.get().take(self._user_id):
            yield

    async def read(self, begin: int, end: int) -> bytes:
        """Return the next piece. Raises NotFound for a file that was just deleted, Unavailable if nothing answers."""
        if begin == end:
            return b""
        length = min(PIECE_BYTES, end - begin)
        data = await from_storage(self._content.read, begin, length)
        if len(data) != length:
            raise NotFound  # cut off
        return data

    async def send_pieces(self, first: bytes, span: ByteRange) -> None:
        """Send the body, of which the first piece is there already. A response that may not go on ends too early."""
        if len(first) == span.length:
            await self.send({"type": "http.response.body", "body": first})
            return
        watch = asyncio.ensure_future(wait_for_disconnect(self._receive))
        try:
            async for piece in self._pieces(first, span):
                if watch.done():
                    return
                async with asyncio.timeout(SILENT_SECONDS):
                    await self.send({"type": "http.response.body", "body": piece, "more_body": True})
            await self.send({"type": "http.response.body", "body": b""})
        except (TimeoutError, CommandError, NotAllowed) as error:
            # The server closes the connection of a response that is not complete, so that its client knows it, too.
            logger.info("A download was ended: %r", error)
        finally:
            watch.cancel()

    async def _pieces(self, first: bytes, span: ByteRange) -> AsyncIterator[bytes]:
        loop = asyncio.get_running_loop()
        checked_at = loop.time()
        piece, begin = first, span.begin
        while True:
            await pace.get().wait(len(piece))
            yield piece
            begin += len(piece)
            if begin == span.end:
                return
            if loop.time() - checked_at >= CHECK_SECONDS:
                if not await self._is_allowed():
                    raise NotAllowed
                checked_at = loop.time()
            piece = await self.read(begin, span.end)


class NotAllowed(Exception):
    """The user may not see the file any more."""


class Slots:
    """How many downloads an event loop streams at once, in all and for a user. The others wait."""

    def __init__(self) -> None:
        self._all = asyncio.Semaphore(limits.DOWNLOADS_AT_ONCE)
        self._users = WeakValueDictionary[int, asyncio.Semaphore]()  # of those with downloads that run or wait

    @asynccontextmanager
    async def take(self, user_id: int) -> AsyncIterator[None]:
        own = self._users.get(user_id) or asyncio.Semaphore(limits.DOWNLOADS_OF_USER)
        self._users[user_id] = own
        try:
            async with asyncio.timeout(WAIT_SECONDS) as waiting, own, self._all:
                waiting.reschedule(None)
                yield
        except TimeoutError:
            raise Unavailable(_("You're loading too many files at once. Try again."), retry_after=5) from None


slots = EachLoop[Slots](Slots)
pace = EachLoop[Pace](lambda: Pace(limits.DOWNLOAD_MEGABYTES_PER_SECOND))


async def wait_for_disconnect(receive: Callable[[], Awaitable[dict]]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
