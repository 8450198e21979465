"""The requests that are receiving bytes of uploads: how many a user may have, and when one has to stop.

The bytes that have arrived are kept. A request stops when its session ends, when the server shuts down, when nothing
has arrived for a while, and when its client resumes over a new connection.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.identity.credentials import Credentials
from files.conf import limits
from files.errors import BadUpload, TooManyUploads, UploadBusy
from files.pace import Pace
from files.partial_files import PartialFile
from files.uploads.requests import Checksum
from realtime.conf import limits as engine_limits
from realtime.engine.hub import Hub
from realtime.shared import threads
from realtime.shared.each_loop import EachLoop
from realtime.shared.errors import CommandError, Unavailable
from realtime.shared.http import SignedOut
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

# Behind a server without deadlines of its own. `manage.py serve` requires 4 KiB in 30 s.
SILENT_SECONDS = 60.0
# A client that resumes has lost its connection, but the server may learn that much later.
STALLED_SECONDS = 2.0
STOP_SECONDS = 2.0
WATCH_SECONDS = 1.0

# Not the threads of asyncio.to_thread, which may all wait for something else.
disk_threads = ThreadPoolExecutor(4, thread_name_prefix="upload")


class ConnectionLost(Exception):
    """The client has disconnected."""


async def on_disk[Result](function: Callable[..., Result], *arguments: object) -> Result:
    """Run a function that waits for the disk in a thread."""
    return await asyncio.get_running_loop().run_in_executor(disk_threads, function, *arguments)


class UploadReceiver:
    """One request that writes into a partial file."""

    def __init__(self, key: UUID, credentials: Credentials, receive: Callable[[], Awaitable[dict]]) -> None:
        self.key = key
        self.credentials = credentials
        self.is_over = asyncio.Event()
        self._receive = receive
        self._loop = asyncio.get_running_loop()
        self._arrived_at = self._loop.time()
        self._timeout: asyncio.Timeout | None = None
        self._error: CommandError | None = None

    @property
    def is_stalled(self) -> bool:
        return self._timeout is not None and self._loop.time() - self._arrived_at >= STALLED_SECONDS

    def stop(self, error: CommandError) -> None:
        """End the request with this error as soon as it waits for its client."""
        self._error = self._error or error
        if self._timeout is not None:
            self._timeout.reschedule(self._loop.time())

    async def receive_into(self, file: PartialFile, most: int, checksum: Checksum | None) -> None:
        """Write the body into the file as it arrives, up to `most` bytes. What has arrived is kept after any error.

        A chunk is written before the next is taken, so that the server keeps one in memory, and a fast client waits.
        """
        more = True
        while more:
            message = await self._next_message()
            if message["type"] == "http.disconnect":
                raise ConnectionLost
            body = message.get("body", b"")
            most -= len(body)
            if most < 0:
                raise BadUpload("The body has more bytes than Upload-Length leaves.", 413)
            if body:
                await pace.get().wait(len(body))
                await on_disk(write_chunk, file, body, checksum)
            more = message.get("more_body", False)

    async def _next_message(self) -> dict:
        if self._error:
            raise self._error
        try:
            async with asyncio.timeout(SILENT_SECONDS) as self._timeout:
                message = await self._receive()
        except TimeoutError:
            raise self._error or BadUpload("Nothing has arrived for a minute.", 408) from None
        finally:
            self._timeout = None
        self._arrived_at = self._loop.time()
        return message


pace = EachLoop[Pace](lambda: Pace(limits.UPLOAD_MEGABYTES_PER_SECOND))


def write_chunk(file: PartialFile, body: bytes, checksum: Checksum | None) -> None:
    file.append(body)
    if checksum:
        checksum.hash.update(body)


class Receivers:
    """The receivers of one event loop."""

    def __init__(self) -> None:
        self._receivers: dict[UUID, UploadReceiver] = {}
        self._of_user = Counter[int]()
        self._watch: asyncio.Task[None] | None = None

    @contextmanager
    def add(self, receiver: UploadReceiver) -> Iterator[None]:
        """Count a receiver while it runs. Raises TooManyUploads, or UploadBusy beside another of the same upload."""
        user_id = receiver.credentials.user_id
        if receiver.key in self._receivers:
            raise UploadBusy(retry_after=1)
        if self._of_user[user_id] >= limits.UPLOADS_AT_ONCE:
            raise TooManyUploads(
                fill_lazy(_("%(number)s files are being uploaded already."), number=limits.UPLOADS_AT_ONCE),
                retry_after=1,
            )
        self._receivers[receiver.key] = receiver
        self._of_user[user_id] += 1
        if self._watch is None:
            self._watch = asyncio.create_task(self._watch_all())
        try:
            yield
        finally:
            del self._receivers[receiver.key]
            self._of_user[user_id] -= 1
            if not self._of_user[user_id]:
                del self._of_user[user_id]
            receiver.is_over.set()

    async def stop(self, key: UUID, error: CommandError) -> None:
        """Stop the receiver of this upload, if there is one, and wait a moment until it has."""
        if receiver := self._receivers.get(key):
            receiver.stop(error)
            await asyncio.wait([asyncio.ensure_future(receiver.is_over.wait())], timeout=STOP_SECONDS)

    async def stop_stalled(self, key: UUID) -> None:
        """Stop the receiver of an upload whose client is here with another request, if nothing arrives on it."""
        receiver = self._receivers.get(key)
        if receiver and receiver.is_stalled:
            await self.stop(key, UploadBusy())

    async def _watch_all(self) -> None:
        """Stop receivers that have to, as long as there are any. Three queries every few seconds, for all of them."""
        seconds = 0.0
        while self._receivers:
            await asyncio.sleep(WATCH_SECONDS)
            seconds += WATCH_SECONDS
            hub = Hub.of_this_process()
            if hub is not None and hub.is_stopping:
                self._stop_those(set(), Unavailable(_("The server restarts. Try again."), retry_after=2), are_all=True)
            elif seconds >= engine_limits.CREDENTIALS_SECONDS:
                seconds = 0.0
                self._stop_those(await self._find_ended(), SignedOut())
        self._watch = None

    async def _find_ended(self) -> set[Credentials]:
        """Return the credentials that have ended; none while the database does not answer."""
        try:
            find_ended = import_string(settings.REALTIME_CREDENTIALS)
            ended: set[Credentials] = await threads.read(
                find_ended, {receiver.credentials for receiver in self._receivers.values()}
            )
        except CommandError:
            return set()
        return ended

    def _stop_those(self, ended: set[Credentials], error: CommandError, *, are_all: bool = False) -> None:
        for receiver in list(self._receivers.values()):
            if are_all or receiver.credentials in ended:
                receiver.stop(error)


receivers = EachLoop[Receivers](Receivers)
