"""The exchange of metrics between workers: each listens on a Unix socket in a shared folder.

Nothing is written while requests are served, and the counts of a worker that has died are not added up.
"""

import asyncio
import contextlib
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from realtime.serving.exposition import Family, find_families

logger = logging.getLogger(__name__)

FOLDER = "HUBBUB_METRICS_FOLDER"  # set in the workers' environment by their supervisor
ANSWER_SECONDS = 1.0
MOST_BYTES = 1024 * 1024

_decode = msgspec.msgpack.Decoder(list[Family]).decode


@contextlib.contextmanager
def shared_folder() -> Iterator[None]:
    """Make a folder in which the workers that are started meanwhile find each other. Only this user may read it."""
    folder = tempfile.mkdtemp(prefix="hubbub-")
    os.environ[FOLDER] = folder
    try:
        yield
    finally:
        del os.environ[FOLDER]
        shutil.rmtree(folder, ignore_errors=True)


class MetricsExchange:
    """This worker's socket, and the requests to the other workers."""

    def __init__(self, folder: str | None = None) -> None:
        self._folder = Path(folder) if folder else None
        self._own = self._folder / str(os.getpid()) if self._folder else None
        self._server: asyncio.AbstractServer | None = None

    async def start(self) -> None:
        if self._own is not None:
            self._server = await asyncio.start_unix_server(send_metrics, path=str(self._own))

    def stop(self) -> None:
        if self._server is not None and self._own is not None:
            self._server.close()
            self._own.unlink(missing_ok=True)

    async def ask_others(self) -> list[list[Family]]:
        """Return the metrics of each other worker, without those that do not answer in time."""
        if self._folder is None:
            return []
        others = [path for path in self._folder.iterdir() if path != self._own]
        found = await asyncio.gather(*map(request_metrics, others))
        return [families for families in found if families is not None]


async def send_metrics(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(msgspec.msgpack.encode(find_families()))
    writer.close()


async def request_metrics(path: Path) -> list[Family] | None:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            reader, writer = await asyncio.open_unix_connection(str(path), limit=MOST_BYTES)
            try:
                return _decode(await reader.read(-1))
            finally:
                writer.close()
    except ConnectionRefusedError:
        forget(path)
    except (OSError, TimeoutError, msgspec.MsgspecError) as error:
        logger.warning("Worker %s did not send its metrics, so /metrics lacks them: %r", path.name, error)
    return None


def forget(path: Path) -> None:
    """Remove the socket of a worker that was killed."""
    path.unlink(missing_ok=True)


exchange = MetricsExchange(os.environ.get(FOLDER))
